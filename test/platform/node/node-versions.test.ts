import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Profile } from '../../../app/platform/contract/profile.js';
import { scratchDirectory, startServer, type ServerProcess } from '../../harness/server-process.js';
import { NODE_VERSIONS, nodeBinary } from '../../lambda/runtime/lambda-function.js';
import { connect, PASSWORD } from '../../local/emulator.js';

describe.each(NODE_VERSIONS)('the local server on Node %i', (version) => {
  let directory: Awaited<ReturnType<typeof scratchDirectory>>;
  let server: ServerProcess;
  let regular: string;
  let chef: string;

  const start = (env: NodeJS.ProcessEnv = {}) =>
    startServer({ LOCAL_DIR: directory.path, ...env }, { node: nodeBinary(version) });
  const call = (path: string, token?: string, init: RequestInit = {}) =>
    fetch(server.url + path, {
      ...init,
      headers: {
        'content-type': 'application/json',
        connection: 'close',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
  const post = (token?: string) => call('/items', token, { method: 'POST', body: '{"name":"First"}' });

  const readProfile = async () => JSON.parse(await readFile(join(directory.path, 'profile.json'), 'utf8')) as Profile;

  async function signIn(name: string, USERNAME: string) {
    const { cognitoEndpoint, pools } = await readProfile();
    const sdk = connect(cognitoEndpoint);
    const { AuthenticationResult } = await sdk.initiateAuth({
      ClientId: pools[name]?.publicClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    });
    sdk.destroy();
    return AuthenticationResult?.AccessToken ?? '';
  }

  beforeAll(async () => {
    directory = await scratchDirectory();
    server = await start();
  });
  afterAll(async () => {
    server.kill('SIGTERM');
    await server.exited;
    await directory.remove();
  });

  test('signs people of both pools in', async () => {
    [regular, chef] = await Promise.all([signIn('customers', 'regular'), signIn('staff', 'chef')]);
    expect((await (await call('/me', regular)).json()) as object).toMatchObject({
      pool: 'customers',
      username: 'regular',
    });
    expect((await (await call('/me', chef)).json()) as object).toMatchObject({ pool: 'staff', groups: ['chefs'] });
  });

  test('admits whom a route allows, and nobody else', async () => {
    const statuses = await Promise.all([
      call('/'),
      call('/', regular),
      call('/', chef),
      post(),
      post(regular),
      post(chef),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 200, 403, 401, 403, 201]);
  });

  test('keeps tokens valid and items stored across a restart', async () => {
    const { cognitoEndpoint } = await readProfile();
    server.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    server = await start({ LOCAL_COGNITO_PORT: new URL(cognitoEndpoint).port });
    const { items } = (await (await call('/items', regular)).json()) as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).toEqual(['First']);
  });

  test('writes no warning', () => {
    expect(server.output()).not.toMatch(/warning|deprecat/i);
  });
});
