import { Writable } from 'node:stream';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import pino from 'pino';
import { writeProfile } from '../../app/local/profile.js';
import { startLocal, type LocalCognito } from '../../app/local/start.js';
import { declaration, PASSWORD } from './seed/declaration.js';
import { claimsOf, connect, expectRefusal } from './emulator.js';
import { fastCrypto } from './fast-crypto.js';
import { machineToken, poolOf, signIn } from './local-cognito.js';

let home: string;
let local: LocalCognito;
let logged = '';

const log = pino(
  { level: 'trace' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  }),
);
const start = (dir: string, host = '127.0.0.1', env: NodeJS.ProcessEnv = {}) =>
  startLocal({ ...declaration, dir, cognitoPort: 0, host, env, log, ...fastCrypto() });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'start-'));
  local = await start(join(home, 'local'));
});
afterAll(async () => {
  await local.close();
  await rm(home, { recursive: true });
});

describe('the first start', () => {
  test('creates the declared pools, whose issuers and keys are on loopback', () => {
    expect(Object.keys(local.pools)).toStrictEqual(['customers', 'staff']);
    for (const { userPoolId, issuer, jwksUri } of Object.values(local.pools)) {
      expect(userPoolId).toMatch(/^us-east-1_[A-Za-z0-9]{9}$/u);
      expect(issuer).toBe(`${local.cognitoEndpoint}/${userPoolId}`);
      expect(jwksUri).toBe(`${issuer}/.well-known/jwks.json`);
    }
    expect(new URL(local.cognitoEndpoint).hostname).toBe('127.0.0.1');
  });

  test('signs a user in to the pool that declares them, with tokens that the served keys verify', async () => {
    const pool = poolOf(local, 'customers');
    const tokens = await signIn(local, 'customers', 'regular');
    const keys = createRemoteJWKSet(new URL(pool.jwksUri));
    const { payload } = await jwtVerify(tokens?.IdToken ?? '', keys, { issuer: pool.issuer, audience: pool.clientId });
    expect(payload).toHaveProperty('cognito:username', 'regular');
    await expectRefusal(signIn(local, 'staff', 'regular'), 'NotAuthorizedException');
  });

  test('puts a user into the declared group', async () => {
    const tokens = await signIn(local, 'staff', 'chef');
    expect(claimsOf(tokens?.AccessToken)).toHaveProperty('cognito:groups', ['chefs']);
  });

  test('gives a machine client its scope', async () => {
    expect(Object.keys(local.machines)).toStrictEqual(['kitchen']);
    expect(local.machines['kitchen']).toMatchObject({
      pool: 'staff',
      scopes: ['fixture-api/items.write'],
      tokenUrl: `${local.cognitoEndpoint}/oauth2/token`,
    });
    expect(claimsOf(await machineToken(local, 'kitchen'))).toHaveProperty('scope', 'fixture-api/items.write');
  });

  test('names pools and clients after the product', async () => {
    const sdk = connect(local.cognitoEndpoint);
    const { UserPools } = await sdk.listUserPools({ MaxResults: 60 });
    const { UserPoolClients } = await sdk.listUserPoolClients({ UserPoolId: poolOf(local, 'staff').userPoolId });
    sdk.destroy();
    expect(UserPools?.map(({ Name }) => Name).sort()).toStrictEqual(['fixture-api-customers', 'fixture-api-staff']);
    expect(UserPoolClients?.map(({ ClientName }) => ClientName).sort()).toStrictEqual([
      'fixture-api-kitchen',
      'fixture-api-staff-people',
      'fixture-api-staff-public',
    ]);
  });

  test('requires passwords of eight characters, with a number, a symbol and a lower-case letter', async () => {
    const sdk = connect(local.cognitoEndpoint);
    const { UserPool } = await sdk.describeUserPool({ UserPoolId: poolOf(local, 'customers').userPoolId });
    sdk.destroy();
    expect(UserPool?.Policies?.PasswordPolicy).toMatchObject({
      MinimumLength: 8,
      RequireNumbers: true,
      RequireSymbols: true,
      RequireLowercase: true,
      RequireUppercase: false,
    });
  });

  test('writes nothing secret to the log', async () => {
    await signIn(local, 'customers', 'regular');
    await expectRefusal(signIn(local, 'customers', 'regular', 'wr0ng-password'), 'NotAuthorizedException');
    expect(logged).toContain('InitiateAuth');
    const secrets = [...Object.values(local.pools), ...Object.values(local.machines)].map(
      ({ clientSecret }) => clientSecret,
    );
    for (const secret of ['eyJ', PASSWORD, 'wr0ng-password', ...secrets]) expect(logged).not.toContain(secret);
  });
});

describe('the local Cognito, whose passwords are published, does not start', () => {
  const refusals: [where: string, host: string, env: NodeJS.ProcessEnv, message: RegExp][] = [
    ['in Lambda', '127.0.0.1', { AWS_LAMBDA_FUNCTION_NAME: 'x' }, /inside Lambda.*Set COGNITO_POOLS/u],
    ['in Lambda’s runtime', '127.0.0.1', { AWS_LAMBDA_RUNTIME_API: 'x' }, /inside Lambda.*Set COGNITO_POOLS/u],
    ['in production', '127.0.0.1', { NODE_ENV: 'production' }, /NODE_ENV is production.*Set COGNITO_POOLS/u],
    ...['0.0.0.0', '::', '192.168.0.7', 'example.com', '127.evil.example', '', '::ffff:10.0.0.1'].map(
      (host): [string, string, NodeJS.ProcessEnv, RegExp] => [
        `for an API on the host "${host}"`,
        host,
        {},
        /^HOST is .*Set COGNITO_POOLS.*, or HOST to 127\.0\.0\.1\.$/u,
      ],
    ),
  ];

  test.each(refusals)('%s', async (_where, host, env, message) => {
    const dir = join(home, 'refused');
    await expect(start(dir, host, env)).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(message) as unknown,
    });
    await expectRefusal(stat(dir), 'Error', 'ENOENT');
  });

  test.each(['localhost', '127.0.0.2', '::1'])('but does for an API on %s', async (host) => {
    const other = await start(join(home, host), host);
    expect(Object.keys(other.pools)).toStrictEqual(['customers', 'staff']);
    await other.close();
  });
});

describe('profile.json and machines.json', () => {
  const apiUrl = 'http://127.0.0.1:3000';
  const read = async (name: string) => {
    const text = await readFile(join(home, 'profile', name), 'utf8');
    return { text, content: JSON.parse(text) as unknown };
  };

  beforeAll(async () => {
    const dir = join(home, 'profile');
    await writeProfile(dir, { apiUrl, ...local });
    await writeProfile(dir, { apiUrl, ...local });
  });

  test('are for their owner alone', async () => {
    const modes = ['.', 'profile.json', 'machines.json'].map(
      async (name) => (await stat(join(home, 'profile', name))).mode & 0o777,
    );
    expect(await Promise.all(modes)).toStrictEqual([0o700, 0o600, 0o600]);
  });

  test('hold what people need, and what machines need', async () => {
    const { cognitoEndpoint, pools } = local;
    expect((await read('profile.json')).content).toStrictEqual({ apiUrl, cognitoEndpoint, region: 'us-east-1', pools });
    expect((await read('machines.json')).content).toStrictEqual({
      kitchen: {
        clientId: local.machines['kitchen']?.clientId,
        clientSecret: local.machines['kitchen']?.clientSecret,
        tokenUrl: `${cognitoEndpoint}/oauth2/token`,
        scopes: ['fixture-api/items.write'],
      },
    });
  });

  test('keep the machine’s id and secret out of the people’s file', async () => {
    const { text } = await read('profile.json');
    const { clientId = '', clientSecret = '' } = local.machines['kitchen'] ?? {};
    for (const secret of [clientId, clientSecret, 'kitchen', 'machine']) expect(text).not.toContain(secret);
  });
});
