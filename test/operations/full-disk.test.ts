import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../app/platform/contract/profile.js';
import { freePort } from '../harness/free-port.js';
import { runServer, startServer, type ServerProcess } from '../harness/server-process.js';
import { readAll } from '../harness/table-under-test.js';
import { connect } from '../local/emulator.js';
import { poolOf, signIn } from '../local/local-cognito.js';
import { canMount, createSmallDisk, type SmallDisk } from './small-disk.js';

const WRITERS = 8;

let disk: SmallDisk;
const servers: ServerProcess[] = [];

interface Running {
  readonly server: ServerProcess;
  readonly profile: Profile;
}

async function start(LOCAL_COGNITO_PORT: number): Promise<Running> {
  const env = { LOCAL_DIR: join(disk.path, 'local'), LOCAL_COGNITO_PORT: `${LOCAL_COGNITO_PORT}`, LOG_LEVEL: 'warn' };
  const server = await startServer(env);
  servers.push(server);
  return { server, profile: JSON.parse(await readFile(join(disk.path, 'local/profile.json'), 'utf8')) as Profile };
}

function add(url: string, token: string | undefined, name: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${url}/items`, { method: 'POST', headers, body: JSON.stringify({ name }) });
}

async function list(url: string, token: string | undefined): Promise<string[]> {
  const items = await readAll(async (cursor) => {
    const page = await fetch(`${url}/items?limit=100${cursor ? `&cursor=${cursor}` : ''}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(page.status).toBe(200);
    return (await page.json()) as { items: { name: string }[]; next: string | null };
  });
  return items.map(({ name }) => name);
}

(canMount ? describe : describe.skip)('on a full disk', () => {
  beforeEach(async () => {
    disk = await createSmallDisk(16);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.kill('SIGKILL');
      await server.exited;
    }
    await disk.remove();
  });

  test('writes that a full disk has no room for are 503, and nothing that had a response is lost', async () => {
    const port = await freePort();
    const { server, profile } = await start(port);
    const [chef, regular] = await Promise.all([
      signIn(profile, 'staff', 'chef'),
      signIn(profile, 'customers', 'regular'),
    ]);
    const acknowledged: string[] = [];
    const refused: [status: number, code: string, retryAfter: string | null][] = [];

    const writeUntil = async (isEnough: () => boolean) => {
      const writer = async (at: number) => {
        for (let count = 0; !isEnough(); count += 1) {
          const name = `${acknowledged.length} ${at} ${count}`;
          const response = await add(server.url, chef?.AccessToken, name);
          const body = (await response.json()) as { code: string };
          if (response.status === 201) acknowledged.push(name);
          else refused.push([response.status, body.code, response.headers.get('retry-after')]);
        }
      };
      await Promise.all(Array.from({ length: WRITERS }, (_, at) => writer(at)));
    };

    await writeUntil(() => acknowledged.length >= 100);
    await disk.fill();
    await writeUntil(() => refused.length > 0);
    for (const answer of refused) expect(answer).toEqual([503, 'store_unavailable', '1']);
    expect((await list(server.url, regular?.AccessToken)).toSorted()).toEqual(acknowledged.toSorted());

    const sdk = connect(profile.cognitoEndpoint);
    const { userPoolId: UserPoolId } = poolOf(profile, 'staff');
    await expect(sdk.createGroup({ UserPoolId, GroupName: 'late' })).rejects.toMatchObject({
      name: 'InternalErrorException',
    });

    // LevelDB would not find later records behind the one that it wrote half of.
    await disk.free();
    expect((await add(server.url, chef?.AccessToken, 'late')).status).toBe(503);
    await sdk.createGroup({ UserPoolId, GroupName: 'later' });
    server.kill('SIGTERM');
    expect(await server.exited).toBe(0);

    const again = await start(port);
    expect((await list(again.server.url, regular?.AccessToken)).toSorted()).toEqual(acknowledged.toSorted());
    expect((await add(again.server.url, chef?.AccessToken, 'after the restart')).status).toBe(201);
    await expect(sdk.getGroup({ UserPoolId, GroupName: 'later' })).resolves.toHaveProperty('Group.GroupName', 'later');
    expect((await readdir(join(disk.path, 'local'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    sdk.destroy();
  }, 120_000);

  test('a start on a full disk ends with what to fix, not with a stack', async () => {
    await disk.fill();
    const { status, output } = await runServer({ LOCAL_DIR: join(disk.path, 'local') });
    expect(status).toBe(1);
    expect(output).not.toMatch(/^\s+at /m);
    expect(output).toContain('set LOCAL_DIR');
  });
});
