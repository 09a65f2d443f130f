import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../app/platform/contract/profile.js';
import { freePort } from '../harness/free-port.js';
import { createSigningKey, signJwt } from '../harness/issuer.js';
import { scratchDirectory, startServer, type ServerProcess } from '../harness/server-process.js';
import { claimsOf } from '../local/emulator.js';
import { signIn } from '../local/local-cognito.js';

let directory: Awaited<ReturnType<typeof scratchDirectory>>;
const servers: ServerProcess[] = [];
beforeAll(async () => {
  directory = await scratchDirectory();
});
afterAll(async () => {
  for (const server of servers) {
    server.kill('SIGKILL');
    await server.exited;
  }
  await directory.remove();
});

async function start(env: NodeJS.ProcessEnv) {
  const server = await startServer({ LOG_LEVEL: 'info', ...env });
  servers.push(server);
  return server;
}

/** The status, with the code and `Retry-After` where there are some. */
async function me({ url }: ServerProcess, token: string | undefined) {
  const response = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } });
  const { code } = (await response.json()) as { code?: string };
  return [response.status, code, response.headers.get('retry-after')].filter(Boolean).join(' ');
}

test('a Cognito that is killed and started again stops no caller whose key is known; others are told to come back', async () => {
  const cognitoEnv = { LOCAL_DIR: join(directory.path, 'cognito'), LOCAL_COGNITO_PORT: `${await freePort()}` };
  const cognito = await start(cognitoEnv);
  const profile = JSON.parse(await readFile(join(cognitoEnv.LOCAL_DIR, 'profile.json'), 'utf8')) as Profile;
  const pools = Object.entries(profile.pools).map(([name, { userPoolId, clientId, publicClientId, ...pool }]) => {
    const { issuer, jwksUri } = pool;
    return [name, { userPoolId, clientIds: [clientId, publicClientId], issuer, jwksUri }];
  });
  const apiEnv = { COGNITO_POOLS: JSON.stringify(Object.fromEntries(pools)), JWKS_REFRESH_SECONDS: '1' };
  const api = await start(apiEnv);

  const used = await signIn(profile, 'customers', 'regular');
  const unused = await signIn(profile, 'customers', 'regular');
  const unknown = signJwt({ kid: 'unknown', alg: 'RS256' }, claimsOf(used?.AccessToken), createSigningKey());
  const answers = new Set<string>();
  const over = new AbortController();
  const call = async () => {
    while (!over.signal.aborted) answers.add(await me(api, used?.AccessToken));
  };
  const calling = call();
  expect(await me(api, unknown)).toBe('401 token_invalid');

  cognito.kill('SIGKILL');
  expect(await cognito.exited).toBe('SIGKILL');
  await api.said(/signing keys could not be fetched/);
  const cold = await start(apiEnv);
  expect(await me(api, unused?.AccessToken)).toBe('200');
  expect(await me(api, unknown)).toMatch(/^503 keys_unavailable \d+$/);
  expect(await me(cold, used?.AccessToken)).toMatch(/^503 keys_unavailable \d+$/);

  await start(cognitoEnv);
  await Promise.all([api, cold].map(({ said }) => said(/signing keys are back/)));
  expect(await me(cold, used?.AccessToken)).toBe('200');
  expect(await me(api, unknown)).toBe('401 token_invalid');
  expect(await me(api, (await signIn(profile, 'customers', 'regular'))?.AccessToken)).toBe('200');
  over.abort();
  await calling;
  expect(answers).toEqual(new Set(['200']));
}, 60_000);
