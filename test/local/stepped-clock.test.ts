import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Profile } from '../../app/platform/contract/profile.js';
import { startIssuer } from '../harness/issuer.js';
import { scratchDirectory, startServer, type ServerProcess } from '../harness/server-process.js';
import { signIn } from './local-cognito.js';

const NODE_OPTIONS = `--require=${resolve('test/harness/stepped-clock.cjs')}`;

let directory: Awaited<ReturnType<typeof scratchDirectory>>;
let server: ServerProcess;
let profile: Profile;
beforeAll(async () => {
  directory = await scratchDirectory();
  server = await startServer({ LOCAL_DIR: directory.path, LOG_LEVEL: 'warn', NODE_OPTIONS });
  profile = JSON.parse(await readFile(join(directory.path, 'profile.json'), 'utf8')) as Profile;
});
afterAll(async () => {
  server.kill('SIGKILL');
  await server.exited;
  await directory.remove();
});

/** Sets the clock of the process; each step of a server is its `count`th. */
async function step({ kill, said }: ServerProcess, direction: 'forwards' | 'back', count: number) {
  kill(direction === 'forwards' ? 'SIGUSR2' : 'SIGHUP');
  await said(new RegExp(`(?:The clock is set to [^]*){${count}}`));
}

async function me(token: string | undefined) {
  const response = await fetch(`${server.url}/me`, {
    headers: { authorization: `Bearer ${token}`, connection: 'close' },
  });
  const { code } = (await response.json()) as { code?: string };
  return code === undefined ? response.status : `${response.status} ${code}`;
}

async function signInAll(): Promise<AuthenticationResultType[]> {
  return [(await signIn(profile, 'customers', 'regular')) ?? {}, (await signIn(profile, 'customers', 'regular')) ?? {}];
}

test('a clock that is set an hour forwards ends every token, also one that was verified before; one set back ends those of the hour', async () => {
  const [used = {}, unused = {}] = await signInAll();
  expect(await me(used.AccessToken)).toBe(200);

  await step(server, 'forwards', 1);
  expect(await me(used.AccessToken)).toBe('401 token_expired');
  expect(await me(unused.AccessToken)).toBe('401 token_expired');
  const [, ofNextHour = {}] = await signInAll();
  expect(await me(ofNextHour.AccessToken)).toBe(200);

  await step(server, 'back', 2);
  expect(await me(used.AccessToken)).toBe(200);
  expect(await me(ofNextHour.IdToken)).toBe('401 token_not_yet_valid');
  const [again = {}] = await signInAll();
  expect(await me(again.AccessToken)).toBe(200);
});

test('keys are looked up again at the same pace, whichever way the clock is set', async () => {
  const customers = await startIssuer();
  const { userPoolId, clientIds, jwksUri } = customers.pool;
  const COGNITO_POOLS = JSON.stringify({ customers: { userPoolId, clientIds: [...clientIds], jwksUri } });
  const api = await startServer({ COGNITO_POOLS, JWKS_REFRESH_SECONDS: '1', LOG_LEVEL: 'warn', NODE_OPTIONS });
  const fetched = () =>
    new Promise<void>((resolve) => {
      customers.answer = (_request, response) => {
        response.writeHead(503).end();
        customers.answer = undefined;
        resolve();
      };
    });
  for (const [at, direction] of (['forwards', 'back', 'back'] as const).entries()) {
    await step(api, direction, at + 1);
    await fetched();
  }
  expect(api.output()).not.toMatch(/^\s+at /m);
  api.kill('SIGTERM');
  expect(await api.exited).toBe(0);
  await customers.close();
});
