import { Writable } from 'node:stream';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import pino from 'pino';
import { startLocal, writeProfile, type LocalCloud, type LocalPool } from '../../app/local/start.js';
import { claimsOf, connect, expectRefusal, PASSWORD, secretHash } from './emulator.js';

let home: string;
let cloud: LocalCloud;
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
const start = (dir: string, env: NodeJS.ProcessEnv = {}) => startLocal({ dir, cognitoPort: 0, env, log });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'start-'));
  cloud = await start(join(home, 'local'));
});
afterAll(async () => {
  await cloud.close();
  await rm(home, { recursive: true });
});

const poolOf = (name: string, { pools }: LocalCloud = cloud): LocalPool => {
  const pool = pools[name];
  if (!pool) throw new Error(`no pool ${name}`);
  return pool;
};

async function signIn(pool: LocalPool, username: string, password = PASSWORD, from = cloud) {
  const sdk = connect(from.cognitoEndpoint);
  const SECRET_HASH = secretHash(pool.clientSecret, username, pool.clientId);
  const { AuthenticationResult } = await sdk
    .initiateAuth({
      ClientId: pool.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password, SECRET_HASH },
    })
    .finally(() => sdk.destroy());
  return AuthenticationResult;
}

describe('the first start', () => {
  test('makes the pools of customers and staff, whose issuer and keys are on loopback', () => {
    expect(Object.keys(cloud.pools)).toStrictEqual(['customers', 'staff']);
    for (const { userPoolId, issuer, jwksUri } of Object.values(cloud.pools)) {
      expect(userPoolId).toMatch(/^us-east-1_[A-Za-z0-9]{9}$/u);
      expect(issuer).toBe(`${cloud.cognitoEndpoint}/${userPoolId}`);
      expect(jwksUri).toBe(`${issuer}/.well-known/jwks.json`);
    }
    expect(new URL(cloud.cognitoEndpoint).hostname).toBe('127.0.0.1');
  });

  test('lets regular in as a customer, with tokens that the served keys verify', async () => {
    const pool = poolOf('customers');
    const tokens = await signIn(pool, 'regular');
    const keys = createRemoteJWKSet(new URL(pool.jwksUri));
    const { payload } = await jwtVerify(tokens?.IdToken ?? '', keys, { issuer: pool.issuer, audience: pool.clientId });
    expect(payload).toHaveProperty('cognito:username', 'regular');
    await expectRefusal(signIn(poolOf('staff'), 'regular'), 'NotAuthorizedException');
  });

  test('lets chef in as staff, in the group of chefs', async () => {
    const tokens = await signIn(poolOf('staff'), 'chef');
    expect(claimsOf(tokens?.AccessToken)).toHaveProperty('cognito:groups', ['chefs']);
  });

  test('gives the machine of the staff its scope', async () => {
    const { machine } = poolOf('staff');
    const answer = await fetch(`${cloud.cognitoEndpoint}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: machine?.clientId ?? '',
        client_secret: machine?.clientSecret ?? '',
      }),
    });
    const { access_token } = (await answer.json()) as { access_token?: string };
    expect(claimsOf(access_token)).toHaveProperty('scope', 'pizza-api/pizzas.write');
    expect(machine?.scopes).toStrictEqual(['pizza-api/pizzas.write']);
  });

  test('demands eight characters, a number, a special and a lower-case one, and no upper-case one', async () => {
    const sdk = connect(cloud.cognitoEndpoint);
    const { UserPool } = await sdk.describeUserPool({ UserPoolId: poolOf('customers').userPoolId });
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
    await signIn(poolOf('customers'), 'regular');
    await expectRefusal(signIn(poolOf('customers'), 'regular', 'wr0ng-password'), 'NotAuthorizedException');
    expect(logged).toContain('InitiateAuth');
    expect(logged).not.toContain('eyJ');
    for (const secret of [
      PASSWORD,
      'wr0ng-password',
      ...Object.values(cloud.pools).map(({ clientSecret }) => clientSecret),
    ])
      expect(logged).not.toContain(secret);
  });
});

describe('the next start', () => {
  test('finds the pools as they were, and leaves changed and deleted people alone', async () => {
    const dir = join(home, 'again');
    const first = await start(dir);
    const sdk = connect(first.cognitoEndpoint);
    const { userPoolId: UserPoolId } = poolOf('customers', first);
    await sdk.adminSetUserPassword({ UserPoolId, Username: 'regular', Password: 'chang3d!!', Permanent: true });
    await sdk.adminDeleteUser({ UserPoolId: poolOf('staff', first).userPoolId, Username: 'chef' });
    sdk.destroy();
    await first.close();

    const second = await start(dir);
    const known = ({ pools }: LocalCloud) => Object.values(pools).map((pool) => [pool.userPoolId, pool.clientSecret]);
    expect(known(second)).toStrictEqual(known(first));
    await expect(signIn(poolOf('customers', second), 'regular', 'chang3d!!', second)).resolves.toBeDefined();
    await expectRefusal(signIn(poolOf('staff', second), 'chef', PASSWORD, second), 'NotAuthorizedException');
    await second.close();
  });

  test('finishes seeding that was interrupted', async () => {
    const dir = join(home, 'interrupted');
    const first = await start(dir);
    const sdk = connect(first.cognitoEndpoint);
    await sdk.adminDeleteUser({ UserPoolId: poolOf('staff', first).userPoolId, Username: 'chef' });
    sdk.destroy();
    await first.close();
    await rm(join(dir, 'seeded.json'));

    const second = await start(dir);
    expect(poolOf('staff', second).userPoolId).toBe(poolOf('staff', first).userPoolId);
    await expect(signIn(poolOf('staff', second), 'chef', PASSWORD, second)).resolves.toBeDefined();
    await second.close();
  });

  test('makes pools anew when the state was moved away', async () => {
    const dir = join(home, 'moved');
    const first = await start(dir);
    await first.close();
    await rm(join(dir, 'cognito.json'));
    const second = await start(dir);
    expect(poolOf('staff', second).userPoolId).not.toBe(poolOf('staff', first).userPoolId);
    await second.close();
  });

  test.each(['{', 'null', '{"customers":{}}'])('says what to do about a damaged seeded.json: %s', async (damaged) => {
    const dir = await mkdtemp(join(home, 'damaged-'));
    await writeFile(join(dir, 'seeded.json'), damaged);
    await expectRefusal(start(dir), 'StartError', `${join(dir, 'seeded.json')} is damaged`);
    expect(await readFile(join(dir, 'seeded.json'), 'utf8')).toBe(damaged);
  });
});

test.each(['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_RUNTIME_API'])('nothing starts where %s is set', async (name) => {
  const dir = join(home, 'lambda');
  await expectRefusal(start(dir, { [name]: 'x' }), 'StartError', 'Lambda');
  await expectRefusal(stat(dir), 'Error', 'ENOENT');
});

describe('the profile', () => {
  test('is written whole, for its owner alone', async () => {
    const dir = join(home, 'profile');
    const { region, cognitoEndpoint, pools } = cloud;
    const profile = { apiUrl: 'http://127.0.0.1:3000', region, cognitoEndpoint, pools };
    await writeProfile(dir, profile);
    await writeProfile(dir, profile);
    const path = join(dir, 'profile.json');
    expect([(await stat(path)).mode & 0o777, (await stat(dir)).mode & 0o777]).toStrictEqual([0o600, 0o700]);
    const written: unknown = JSON.parse(await readFile(path, 'utf8'));
    expect(written).toMatchObject({
      apiUrl: 'http://127.0.0.1:3000',
      cognitoEndpoint,
      region: 'us-east-1',
      pools: { customers: { clientSecret: poolOf('customers').clientSecret } },
    });
  });
});
