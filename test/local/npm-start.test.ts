import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMMAND_CALLBACK_URLS } from '../../app/platform/contract/command-callbacks.js';
import type { gatewayDocument } from '../../app/platform/contract/gateway.js';
import type { Machines, Profile } from '../../app/platform/contract/profile.js';
import { runServer, scratchDirectory, startServer, type ServerProcess } from '../harness/server-process.js';
import { machineToken, signIn } from './local-cognito.js';

let directory: Awaited<ReturnType<typeof scratchDirectory>>;
let server: ServerProcess;
let profile: Profile;
let machines: Machines;
/** The output of every process so far. */
const outputs: string[] = [];

async function startOn(env: NodeJS.ProcessEnv = {}) {
  server = await startServer({ LOCAL_DIR: directory.path, LOG_LEVEL: 'trace', ...env });
  profile = JSON.parse(await readFile(join(directory.path, 'profile.json'), 'utf8')) as Profile;
  machines = JSON.parse(await readFile(join(directory.path, 'machines.json'), 'utf8')) as Machines;
}

async function stop() {
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  outputs.push(server.output());
}

/** The API's first route of that method whose callers are of one pool. */
async function routeOf(method: string, pool: string): Promise<string> {
  const { routes }: ReturnType<typeof gatewayDocument> = JSON.parse(
    await readFile('dist/fixture/gateway.json', 'utf8'),
  );
  const isPlain = (routeKey: string) => routeKey.startsWith(`${method} /`) && !routeKey.includes('{');
  const route = routes.find((candidate) => isPlain(candidate.routeKey) && candidate.pool === pool);
  if (!route) throw new Error(`The API has no route ${method} of ${pool}`);
  return route.routeKey;
}

/** The status for the token; the body, where there is one, is valid JSON and no valid input. */
async function call(routeKey: string, token: string | undefined): Promise<number> {
  const [method = '', path = ''] = routeKey.split(' ');
  const response = await fetch(profile.apiUrl + path, {
    method,
    headers: {
      'content-type': 'application/json',
      connection: 'close',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(method === 'POST' && { body: '{}' }),
  });
  return response.status;
}

beforeAll(async () => {
  directory = await scratchDirectory();
  await startOn();
});
afterAll(() => directory.remove());

describe('npm start', () => {
  let regular: AuthenticationResultType;
  let chef: AuthenticationResultType;
  let customersGet: string;
  let staffPost: string;

  test('signs users of both pools in', async () => {
    [regular = {}, chef = {}] = await Promise.all([
      signIn(profile, 'customers', 'regular'),
      signIn(profile, 'staff', 'chef'),
    ]);
    expect([regular.TokenType, chef.TokenType]).toEqual(['Bearer', 'Bearer']);
  });

  test('accepts each token on the routes of its pool, and a machine’s token by its scope', async () => {
    customersGet = await routeOf('GET', 'customers');
    staffPost = await routeOf('POST', 'staff');
    expect(await call(customersGet, undefined)).toBe(401);
    expect(await call(customersGet, regular.IdToken)).toBe(200);
    expect(await call(customersGet, regular.AccessToken)).toBe(200);
    expect(await call(customersGet, chef.IdToken)).toBe(403);
    expect(await call(staffPost, undefined)).toBe(401);
    expect(await call(staffPost, regular.IdToken)).toBe(403);
    expect(await call(staffPost, chef.IdToken)).toBe(422);
    expect(await call(staffPost, await machineToken({ machines }, 'kitchen'))).toBe(422);
  });

  test('lets the page that managed login returns to call, and use the local Cognito; no other page, nor the command’s address', async () => {
    const allowed = async (url: string, origin: string) => {
      const { status, headers } = await fetch(url, { headers: { origin } });
      return [status, headers.get('access-control-allow-origin')];
    };
    const api = `${profile.apiUrl}/health`;
    const cognito = `${profile.pools['customers']?.issuer}/.well-known/openid-configuration`;
    const page = 'https://shop.example';
    expect([await allowed(api, page), await allowed(cognito, page)]).toEqual([
      [200, page],
      [200, page],
    ]);
    const other = `${page}.evil.example`;
    expect([await allowed(api, other), await allowed(cognito, other)]).toEqual([
      [200, null],
      [403, null],
    ]);
    expect(await allowed(api, new URL(COMMAND_CALLBACK_URLS[0]).origin)).toEqual([200, null]);
  });

  test('keeps unexpired tokens valid across a restart', async () => {
    const port = new URL(profile.cognitoEndpoint).port;
    await stop();
    await startOn({ LOCAL_COGNITO_PORT: port });
    expect(await call(customersGet, regular.AccessToken)).toBe(200);
  });

  test('keeps its files for their owner alone', async () => {
    const modes = await Promise.all(
      ['.', 'profile.json', 'machines.json', 'cognito.json', 'cognito-tls.pem', 'seeded.json', 'regular.password'].map(
        async (name) => {
          const { mode } = await stat(join(directory.path, name));
          return (mode & 0o777).toString(8);
        },
      ),
    );
    expect(modes).toEqual(['700', '600', '600', '600', '600', '600', '600']);
  });

  test('serves the local Cognito over TLS on the same port, trusted by the file that it names', async () => {
    const [, url = '', caFile = ''] = /over TLS +(https:\S+), NODE_EXTRA_CA_CERTS=(\S+)/.exec(server.output()) ?? [];
    expect(url).toBe(profile.cognitoEndpoint.replace('http:', 'https:'));
    const { userPoolId } = profile.pools['staff'] ?? {};
    const script = `fetch('${url}/${userPoolId}/.well-known/jwks.json').then(({ status }) => console.log(status))`;
    const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: caFile };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env });
    expect(stdout).toBe('200\n');
  });

  test('writes no token, secret or password to either stream, at the lowest log level', async () => {
    await stop();
    const secrets = [...Object.values(profile.pools), ...Object.values(machines)].map(({ clientSecret }) =>
      String(clientSecret),
    );
    const output = outputs.join('');
    for (const secret of ['eyJ', 'Passw0rd!', ...secrets]) expect(output).not.toContain(secret);
    expect(output).toContain(`"route":"${staffPost}"`);
  });

  test.each([
    ['on a host that others reach', { HOST: '0.0.0.0' }, 'HOST is 0.0.0.0'],
    ['in production', { NODE_ENV: 'production' }, 'NODE_ENV is production'],
    ['inside Lambda', { AWS_LAMBDA_FUNCTION_NAME: 'x' }, 'inside Lambda'],
  ])('refuses to start the local Cognito %s, and says what to set', async (_where, env, reason) => {
    const output = await refusal(env);
    expect(output).toContain(reason);
    expect(output).toContain('Set COGNITO_POOLS');
  });
});

/** The output of a start that fails with exit status 1 and without a stack. */
async function refusal(env: NodeJS.ProcessEnv): Promise<string> {
  const { status, output } = await runServer(env);
  expect(status).toBe(1);
  expect(output).not.toMatch(/^\s+at /m);
  return output;
}

describe('LOCAL_DIR', () => {
  test('is refused when it can not be written, with what to set', async () => {
    const file = join(directory.path, 'a-file');
    await writeFile(file, '');
    expect(await refusal({ LOCAL_DIR: join(file, 'local') })).toMatch(/set LOCAL_DIR to one that is/);
  });

  test('is refused when other users can access it', async () => {
    const open = join(directory.path, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    expect(await refusal({ LOCAL_DIR: open })).toContain(`chmod 700 ${open}`);
  });

  test.each([
    ['truncated', (text: string) => text.slice(0, text.length / 2)],
    ['garbled', (text: string) => text.replaceAll('{', '\u0000')],
  ])('a %s state file stops the start and stays as it is', async (_how, damage) => {
    const path = join(directory.path, 'cognito.json');
    const intact = await readFile(path, 'utf8');
    const damaged = damage(intact);
    await writeFile(path, damaged);
    const output = await refusal({ LOCAL_DIR: directory.path });
    expect(output).toContain(path);
    expect(await readFile(path, 'utf8')).toBe(damaged);
    await writeFile(path, intact);
  });
});
