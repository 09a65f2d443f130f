import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CognitoServer } from '../../../app/local/cognito/server.js';
import { connect, expectRefusal } from '../emulator.js';
import { groupsIn, startOn } from './directory.js';

let home: string;
/** What a failed test may leave running. */
const servers: CognitoServer[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'state-file-'));
});
afterAll(async () => {
  await Promise.allSettled(servers.map((server) => server.close()));
  await rm(home, { recursive: true });
});

const newDirectory = () => mkdtemp(join(home, 'dir-'));

async function start(dir: string, port = 0) {
  const server = await startOn(dir, port);
  servers.push(server);
  return server;
}

describe('a directory', () => {
  test('is locked by one emulator at a time within a process, too', async () => {
    const dir = await newDirectory();
    const first = await start(dir);
    await expectRefusal(start(dir), 'StartError', 'is in use');
    await first.close();
    await (await start(dir)).close();
  });

  test('is free when the process that locked it is gone and its process id is in use again', async () => {
    const dir = await newDirectory();
    await writeFile(join(dir, `cognito.${process.ppid}-1.lock`), '');
    await (await start(dir)).close();
    expect(await readdir(dir)).toStrictEqual([]);
  });

  test.each(['under a file', 'that is a file'])('%s is refused, with what to do', async (kind) => {
    const file = join(await newDirectory(), 'file');
    await writeFile(file, 'content');
    const dir = kind === 'under a file' ? join(file, 'local') : file;
    await expectRefusal(start(dir), 'StartError', dir);
    await expectRefusal(start(dir), 'StartError', 'set LOCAL_DIR');
    expect(await readFile(file, 'utf8')).toBe('content');
  });
});

describe('a state file', () => {
  let written: string;

  beforeAll(async () => {
    const dir = await newDirectory();
    const server = await start(dir);
    const sdk = connect(server.endpoint);
    await sdk.createUserPool({ PoolName: 'people' });
    sdk.destroy();
    await server.close();
    written = await readFile(join(dir, 'cognito.json'), 'utf8');
  });

  const damages: Record<string, () => string> = {
    'that is empty': () => '',
    'cut in its first line': () => written.slice(0, 20),
    'cut after its first line': () => written.slice(0, written.indexOf('\n')),
    'cut in the middle': () => written.slice(0, written.length / 2),
    'cut by one letter': () => written.slice(0, -2),
    'with one letter changed': () => written.replace('people', 'peoplf'),
    'of binary data': () => '\u0000\u0001\ufffd',
    'of another shape': () => '{"users":[]}\n{}\n',
    'of a later version': () => written.replace('"version":1', '"version":2'),
  };

  test.each(Object.keys(damages))('%s stops the start, says what to do, and is left as it is', async (name) => {
    const path = join(await newDirectory(), 'cognito.json');
    const damaged = damages[name]?.() ?? '';
    await writeFile(path, damaged);
    const dir = join(path, '..');
    await expectRefusal(start(dir), 'StartError', `${path} is damaged`);
    await expectRefusal(start(dir), 'StartError', 'move it away');
    expect(await readFile(path, 'utf8')).toBe(damaged);
    expect(await readdir(dir)).toStrictEqual(['cognito.json']);
  });

  test('that is a directory stops the start', async () => {
    const dir = await newDirectory();
    await mkdir(join(dir, 'cognito.json'));
    await expectRefusal(start(dir), 'StartError', `Can't read ${join(dir, 'cognito.json')}`);
  });

  test('that can not be written fails the request, not the emulator; the next write saves both', async () => {
    const dir = await newDirectory();
    const server = await start(dir);
    const sdk = connect(server.endpoint);
    const UserPoolId = (await sdk.createUserPool({ PoolName: 'people' })).UserPool?.Id;
    const saved = join(dir, 'saved.json');
    await rename(join(dir, 'cognito.json'), saved);
    await mkdir(join(dir, 'cognito.json'));
    await expectRefusal(sdk.createGroup({ UserPoolId, GroupName: 'a' }), 'InternalErrorException');
    await expectRefusal(sdk.listGroups({ UserPoolId }), 'InternalErrorException');
    await rmdir(join(dir, 'cognito.json'));
    await rename(saved, join(dir, 'cognito.json'));
    await sdk.createGroup({ UserPoolId, GroupName: 'b' });
    sdk.destroy();
    await server.close();
    const again = await start(dir);
    expect(await groupsIn(again, UserPoolId)).toStrictEqual(['a', 'b']);
    await again.close();
  });
});

describe('a port', () => {
  test('that is in use is refused, with its number and the variable to set', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const dir = await newDirectory();
    await expectRefusal(start(dir, port), 'StartError', `port ${port}`);
    await expectRefusal(start(dir, port), 'StartError', 'LOCAL_COGNITO_PORT');
    expect(await readdir(dir)).toStrictEqual([]);
    other.close();
  });
});
