import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startBanner } from '../../app/local/start-banner.js';
import { declaration, PASSWORD, regular } from './seed/declaration.js';

const options = {
  product: declaration.product,
  apiUrl: 'http://127.0.0.1:3000',
  docs: true,
  local: { cognitoEndpoint: 'http://127.0.0.1:9229', changes: {} },
  users: declaration.users,
  dir: '.local',
};

describe('the start banner', () => {
  test('has the addresses, and lines that sign the first user in', () => {
    expect(startBanner(options)).toBe(`API            http://127.0.0.1:3000
Docs           http://127.0.0.1:3000/docs
Local Cognito  http://127.0.0.1:9229

Try it in another terminal:

  curl -i http://127.0.0.1:3000/
  node dist/cli/fixture.cjs login regular --pool customers --password-stdin < .local/regular.password
  curl -i -H "Authorization: Bearer $(node dist/cli/fixture.cjs token --pool customers)" http://127.0.0.1:3000/

`);
  });

  test('has the address over TLS, and the file to trust', () => {
    const local = { ...options.local, caFile: '.local/cognito-ca.pem' };
    expect(startBanner({ ...options, local })).toContain(
      'Local Cognito  http://127.0.0.1:9229\n  over TLS     https://127.0.0.1:9229, NODE_EXTRA_CA_CERTS=.local/cognito-ca.pem\n',
    );
  });

  test('says in words what the local Cognito was seeded with', () => {
    const changes = { customers: ['created pool customers', 'created user regular'], staff: ['created group chefs'] };
    expect(startBanner({ ...options, local: { ...options.local, changes } })).toContain(`9229

Seeded the local Cognito:

  customers: created pool customers, created user regular
  staff: created group chefs

Try it`);
  });

  test('has the API’s addresses alone where the pools are Amazon Cognito’s', () => {
    expect(startBanner({ ...options, apiUrl: 'http://0.0.0.0:3000', local: undefined })).toBe(
      'API            http://127.0.0.1:3000\nDocs           http://127.0.0.1:3000/docs\n',
    );
  });

  test('has no line to sign in without a user, and no docs without docs', () => {
    const banner = startBanner({ ...options, docs: false, users: [] });
    expect(banner).not.toContain('login');
    expect(banner).not.toContain('docs');
    expect(banner).toContain('  curl -i http://127.0.0.1:3000/\n');
  });

  test('quotes directory and user name for the shell', () => {
    const users = [{ ...regular, username: "o'hara$(id)" }];
    expect(startBanner({ ...options, users, dir: '/home/my files' })).toContain(
      String.raw`login 'o'\''hara$(id)' --pool customers --password-stdin < '/home/my files/o'\''hara$(id).password'`,
    );
  });
});

describe('a line of the banner, pasted outside the clone', () => {
  let home: string;
  let registry: Server;
  const requests: string[] = [];

  // A registry that has a package of the command's name, as npm does.
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'start-banner-'));
    registry = createServer((request, response) => {
      requests.push(String(request.url));
      const { port } = registry.address() as AddressInfo;
      const dist = { tarball: `http://127.0.0.1:${port}/fixture/-/fixture-1.0.0.tgz` };
      const version = { name: 'fixture', version: '1.0.0', bin: { fixture: 'fixture.js' }, dist };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ name: 'fixture', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }),
      );
    }).listen(0, '127.0.0.1');
    await once(registry, 'listening');
    await mkdir(join(home, 'empty', '.local'), { recursive: true });
    await writeFile(join(home, 'empty', '.local', 'regular.password'), PASSWORD);
  });
  afterAll(async () => {
    registry.close();
    await rm(home, { recursive: true });
  });

  test('installs nothing and hands nothing to a package of the command’s name', async () => {
    const [line = ''] = startBanner(options).match(/node .*/u) ?? [];
    const { port } = registry.address() as AddressInfo;
    const env = {
      PATH: process.env['PATH'],
      HOME: home,
      npm_config_registry: `http://127.0.0.1:${port}`,
      npm_config_update_notifier: 'false',
    };
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile('sh', ['-c', line], { cwd: join(home, 'empty'), env }, (error, stdout, stderr) =>
        resolve({ code: error?.code, output: stdout + stderr }),
      );
    });
    expect(code).toBe(1);
    expect(output).toContain('Cannot find module');
    expect(requests).toStrictEqual([]);
    expect(await readdir(join(home, 'empty'))).toStrictEqual(['.local']);
  });
});
