import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  type AuthenticationResultType,
} from '@aws-sdk/client-cognito-identity-provider';
import { createHmac } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../app/platform/contract/profile.js';
import { runServer, scratchDirectory, startServer, type ServerProcess } from '../harness/server-process.js';

let directory: Awaited<ReturnType<typeof scratchDirectory>>;
let server: ServerProcess;
let profile: Profile;
const everything: string[] = [];

async function startOn(env: NodeJS.ProcessEnv = {}) {
  server = await startServer({ LOCAL_DIR: directory.path, LOG_LEVEL: 'trace', ...env });
  profile = JSON.parse(await readFile(join(directory.path, 'profile.json'), 'utf8')) as Profile;
}

async function stop() {
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  everything.push(server.output());
}

/** Signs in as the AWS SDK does, with the secret hash of the tutorial. */
async function signIn(name: string, username: string): Promise<AuthenticationResultType> {
  const pool = profile.pools[name];
  if (!pool) throw new Error(`The profile has no pool ${name}`);
  const { clientId, clientSecret } = pool;
  if (typeof clientSecret !== 'string') throw new Error(`The client of pool ${name} has no secret`);
  const cognito = new CognitoIdentityProviderClient({
    endpoint: profile.cognitoEndpoint,
    region: profile.region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const { AuthenticationResult = {} } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: clientId,
      AuthParameters: {
        USERNAME: username,
        PASSWORD: 'Passw0rd!',
        SECRET_HASH: createHmac('sha256', clientSecret).update(`${username}${clientId}`).digest('base64'),
      },
    }),
  );
  cognito.destroy();
  return AuthenticationResult;
}

async function call(method: string, path: string, token: string | undefined) {
  const body = method === 'POST' ? { body: JSON.stringify({ name: 'Margherita' }) } : {};
  const answer = await fetch(profile.apiUrl + path, {
    method,
    headers: {
      'content-type': 'application/json',
      connection: 'close',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...body,
  });
  return answer.status;
}

beforeAll(async () => {
  directory = await scratchDirectory();
  await startOn();
});
afterAll(() => directory.remove());

describe('the tutorial on a laptop', () => {
  let regular: AuthenticationResultType;
  let chef: AuthenticationResultType;

  test('people of both pools sign in', async () => {
    [regular, chef] = await Promise.all([signIn('customers', 'regular'), signIn('staff', 'chef')]);
    expect([regular.TokenType, chef.TokenType]).toEqual(['Bearer', 'Bearer']);
  });

  test('each token opens what its holder may call', async () => {
    expect(await call('GET', '/', undefined)).toBe(401);
    expect(await call('GET', '/', regular.IdToken)).toBe(200);
    expect(await call('GET', '/', regular.AccessToken)).toBe(200);
    expect(await call('GET', '/', chef.IdToken)).toBe(403);
    expect(await call('POST', '/pizzas', regular.IdToken)).toBe(403);
    expect(await call('POST', '/pizzas', chef.IdToken)).toBe(201);
  });

  test('a restart keeps unexpired tokens good', async () => {
    const port = new URL(profile.cognitoEndpoint).port;
    await stop();
    await startOn({ LOCAL_COGNITO_PORT: port });
    expect(await call('GET', '/', regular.AccessToken)).toBe(200);
  });

  test('what it keeps is for its owner alone', async () => {
    const modes = await Promise.all(
      ['.', 'profile.json', 'cognito.json', 'regular.password'].map(async (name) => {
        const { mode } = await stat(join(directory.path, name));
        return (mode & 0o777).toString(8);
      }),
    );
    expect(modes).toEqual(['700', '600', '600', '600']);
  });

  test('no token, secret or password was written to either stream, at the lowest log level', async () => {
    await stop();
    const secrets = Object.values(profile.pools).map(({ clientSecret }) => clientSecret);
    for (const secret of ['eyJ', 'Passw0rd!', ...secrets]) expect(everything.join('')).not.toContain(secret);
    expect(everything.join('')).toContain('"route":"POST /pizzas"');
  });
});

describe('a directory that can not be used', () => {
  const refusal = async (env: NodeJS.ProcessEnv) => {
    const { status, output } = await runServer(env);
    expect(status).toBe(1);
    expect(output).not.toMatch(/^\s+at /m);
    return output;
  };

  test('one that can not be written says so', async () => {
    const file = join(directory.path, 'a-file');
    await writeFile(file, '');
    expect(await refusal({ LOCAL_DIR: join(file, 'local') })).toMatch(/set LOCAL_DIR to one that is/);
  });

  test.each([
    ['truncated', (text: string) => text.slice(0, text.length / 2)],
    ['garbled', (text: string) => text.replaceAll('{', '\u0000')],
  ])('a %s state file stops the start and stays as it is', async (_how, damage) => {
    const path = join(directory.path, 'cognito.json');
    const good = await readFile(path, 'utf8');
    const bad = damage(good);
    await writeFile(path, bad);
    const output = await refusal({ LOCAL_DIR: directory.path });
    expect(output).toContain(path);
    expect(await readFile(path, 'utf8')).toBe(bad);
    await writeFile(path, good);
  });
});
