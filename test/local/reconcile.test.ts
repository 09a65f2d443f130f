import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import pino from 'pino';
import { startCognito } from '../../app/local/cognito/server.js';
import type { Declaration } from '../../app/local/seed/seed.js';
import { startLocal, type LocalCognito } from '../../app/local/start.js';
import { chef, declaration, extended, PASSWORD, regular } from './declaration.js';
import { claimsOf, connect, expectRefusal } from './emulator.js';
import { machineToken, poolOf, signIn } from './local-cognito.js';

let home: string;
/** Everything logged since the last start. */
let logged: Record<string, unknown>[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'reconcile-'));
});
afterAll(() => rm(home, { recursive: true }));

const newDirectory = () => mkdtemp(join(home, 'dir-'));

/** Starts, runs `work` and closes; returns what was running. */
async function run(
  dir: string,
  declared: Declaration,
  work: (local: LocalCognito, sdk: CognitoIdentityProvider) => Promise<unknown> = async () => undefined,
): Promise<LocalCognito> {
  logged = [];
  const log = pino(
    { base: null },
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
        done();
      },
    }),
  );
  const local = await startLocal({ ...declared, dir, cognitoPort: 0, host: '127.0.0.1', env: {}, log });
  const sdk = connect(local.cognitoEndpoint);
  await work(local, sdk).finally(async () => {
    sdk.destroy();
    await local.close();
  });
  return local;
}

const groupsOf = async (local: LocalCognito, pool: string, username: string) =>
  claimsOf((await signIn(local, pool, username))?.AccessToken)['cognito:groups'];

const withoutAddress = ({ pools, machines }: LocalCognito) => ({
  pools: Object.fromEntries(
    Object.entries(pools).map(([name, { userPoolId, clientId, clientSecret }]) => [
      name,
      { userPoolId, clientId, clientSecret },
    ]),
  ),
  machines: Object.fromEntries(
    Object.entries(machines).map(([name, { clientId, clientSecret }]) => [name, { clientId, clientSecret }]),
  ),
});

/** What the log says was done to the pool. */
const changes = (pool: string) => logged.find((line) => line['pool'] === pool)?.['changes'];

describe('a start with the same declaration', () => {
  test('keeps every id and secret, changes nothing and says nothing', async () => {
    const dir = await newDirectory();
    const first = await run(dir, declaration);
    expect(changes('customers')).toStrictEqual([
      'created pool customers',
      'created the client of people',
      'created user regular',
    ]);
    const { mtimeMs } = await stat(join(dir, 'seeded.json'));
    const second = await run(dir, declaration);
    expect(withoutAddress(second)).toStrictEqual(withoutAddress(first));
    expect(logged).toStrictEqual([]);
    expect((await stat(join(dir, 'seeded.json'))).mtimeMs).toBe(mtimeMs);
  });
});

describe('a start with an extended declaration', () => {
  let dir: string;
  let before: LocalCognito;

  beforeAll(async () => {
    dir = await newDirectory();
    before = await run(dir, declaration);
  });

  test('adds pool, group, scopes, machine, user and membership, and says so', async () => {
    const after = await run(dir, extended, async (local) => {
      expect(await groupsOf(local, 'couriers', 'courier')).toStrictEqual(['cyclists']);
      expect(await groupsOf(local, 'staff', 'waiter')).toStrictEqual(['waiters']);
      expect(await groupsOf(local, 'staff', 'chef')).toStrictEqual(['chefs', 'waiters']);
      expect(claimsOf(await machineToken(local, 'till'))).toHaveProperty('scope', 'fixture-api/items.read');
      expect(claimsOf(await machineToken(local, 'kitchen'))).toHaveProperty(
        'scope',
        'fixture-api/items.write fixture-api/items.read',
      );
    });
    expect(changes('customers')).toBeUndefined();
    expect(changes('couriers')).toStrictEqual([
      'created pool couriers',
      'created the client of people',
      'created group cyclists',
      'created user courier',
      'added user courier to group cyclists',
    ]);
    expect(changes('staff')).toStrictEqual([
      'created group waiters',
      'created scope fixture-api/items.read',
      'set the scopes of machine client kitchen',
      'created machine client till',
      'added user chef to group waiters',
      'created user waiter',
      'added user waiter to group waiters',
    ]);
    expect(await readFile(join(dir, 'waiter.password'), 'utf8')).toBe(`${PASSWORD}\n`);
    const { pools, machines } = withoutAddress(after);
    expect({ pools, machines }).toMatchObject(withoutAddress(before));
  });

  test('leaves alone what is no longer declared, says so, and no longer hands it out', async () => {
    const after = await run(dir, declaration, async (local, sdk) => {
      const { UserPools } = await sdk.listUserPools({ MaxResults: 60 });
      expect(UserPools?.map(({ Name }) => Name)).toContain('fixture-api-couriers');
      expect(await groupsOf(local, 'staff', 'chef')).toStrictEqual(['chefs', 'waiters']);
    });
    expect(Object.keys(after.pools)).toStrictEqual(['customers', 'staff']);
    expect(Object.keys(after.machines)).toStrictEqual(['kitchen']);
    expect(logged).toMatchObject([
      { pool: 'couriers', msg: expect.stringContaining('no longer declared') as unknown },
      { pool: 'staff', changes: ['set the scopes of machine client kitchen'] },
    ]);
  });

  test('finds it again when it is declared once more', async () => {
    const after = await run(dir, extended, async (local) => {
      await expect(signIn(local, 'couriers', 'courier')).resolves.toHaveProperty('IdToken');
    });
    expect(changes('couriers')).toBeUndefined();
    expect(Object.keys(after.machines)).toStrictEqual(['kitchen', 'till']);
  });
});

describe('what a person changed', () => {
  test('stays: a deleted user, a left group, another password, removed scopes', async () => {
    const dir = await newDirectory();
    await run(dir, extended, async (local, sdk) => {
      const staff = { UserPoolId: poolOf(local, 'staff').userPoolId };
      await sdk.adminDeleteUser({ ...staff, Username: 'waiter' });
      await sdk.adminRemoveUserFromGroup({ ...staff, Username: 'chef', GroupName: 'waiters' });
      await sdk.adminSetUserPassword({ ...staff, Username: 'chef', Password: 'chang3d!!', Permanent: true });
      await sdk.updateResourceServer({
        UserPoolId: staff.UserPoolId,
        Identifier: 'fixture-api',
        Name: 'fixture-api',
        Scopes: [{ ScopeName: 'items.read', ScopeDescription: 'Read.' }],
      });
    });
    await run(dir, extended, async (local, sdk) => {
      await expectRefusal(signIn(local, 'staff', 'waiter'), 'NotAuthorizedException');
      const tokens = await signIn(local, 'staff', 'chef', 'chang3d!!');
      expect(claimsOf(tokens?.AccessToken)).toHaveProperty('cognito:groups', ['chefs']);
      const { ResourceServer } = await sdk.describeResourceServer({
        UserPoolId: poolOf(local, 'staff').userPoolId,
        Identifier: 'fixture-api',
      });
      expect(ResourceServer?.Scopes?.map(({ ScopeName }) => ScopeName)).toStrictEqual(['items.read']);
    });
    expect(logged).toMatchObject([
      { pool: 'staff', user: 'waiter', msg: expect.stringContaining('deleted') as unknown },
    ]);
  });

  test('stays: a user of a declared name, made by hand, who chose a password', async () => {
    const dir = await newDirectory();
    const person = { Username: 'waiter', Password: 'by-h4nd!!' };
    await run(dir, declaration, async (local, sdk) => {
      const UserPoolId = poolOf(local, 'staff').userPoolId;
      await sdk.adminCreateUser({ UserPoolId, Username: person.Username });
      await sdk.adminSetUserPassword({ UserPoolId, ...person, Permanent: true });
    });
    await run(dir, extended, async (local) => {
      await expect(signIn(local, 'staff', 'waiter', person.Password)).resolves.toHaveProperty('IdToken');
      await expect(stat(join(dir, 'waiter.password'))).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });
});

describe('an interrupted seeding', () => {
  test('is completed by the next start, which finds what exists', async () => {
    const dir = await newDirectory();
    const broken = { ...extended, users: [...extended.users, { ...chef, username: 'weak', password: 'weak' }] };
    await expectRefusal(run(dir, broken), 'StartError', 'The local user weak of pool staff can');
    await expect(stat(join(dir, 'seeded.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    const local = await run(dir, extended, async (running, sdk) => {
      expect(await groupsOf(running, 'staff', 'waiter')).toStrictEqual(['waiters']);
      const { UserPools } = await sdk.listUserPools({ MaxResults: 60 });
      expect(UserPools).toHaveLength(3);
      const { UserPoolClients } = await sdk.listUserPoolClients({ UserPoolId: poolOf(running, 'staff').userPoolId });
      expect(UserPoolClients).toHaveLength(3);
    });
    expect(Object.keys(local.machines)).toStrictEqual(['kitchen', 'till']);
  });

  test('between a user and the password gives the user the declared password', async () => {
    const dir = await newDirectory();
    await run(dir, { ...declaration, users: [] }, async (local, sdk) => {
      await sdk.adminCreateUser({ UserPoolId: poolOf(local, 'customers').userPoolId, Username: 'regular' });
    });
    await run(dir, declaration, async (local) => {
      await expect(signIn(local, 'customers', 'regular')).resolves.toHaveProperty('IdToken');
    });
  });

  test('begins anew when the state was moved away, and the pools get new ids', async () => {
    const dir = await newDirectory();
    const first = await run(dir, declaration);
    await rm(join(dir, 'cognito.json'));
    const second = await run(dir, declaration, async (local) => {
      expect(await groupsOf(local, 'staff', 'chef')).toStrictEqual(['chefs']);
    });
    expect(poolOf(second, 'staff').userPoolId).not.toBe(poolOf(first, 'staff').userPoolId);
  });

  test('adds clients that an older copy of the state lacks', async () => {
    const dir = await newDirectory();
    await run(dir, declaration);
    const older = await readFile(join(dir, 'cognito.json'));
    await run(dir, extended);
    await writeFile(join(dir, 'cognito.json'), older);
    await run(dir, { ...extended, users: [regular] }, async (local) => {
      expect(claimsOf(await machineToken(local, 'kitchen'))['scope']).toContain('items.read');
    });
  });
});

describe('a directory of the previous version', () => {
  /** What the previous version left: pools, one client for people, one for machines, and ids alone in seeded.json. */
  async function previousDirectory() {
    const dir = await newDirectory();
    const server = await startCognito({ dir, port: 0, region: 'us-east-1', log: pino({ level: 'silent' }) });
    const sdk = connect(server.endpoint);
    const GenerateSecret = true;
    const seeded: Record<string, Record<string, string | undefined>> = {};
    for (const [name, Username] of [
      ['customers', 'regular'],
      ['staff', 'chef'],
    ] as const) {
      const { UserPool } = await sdk.createUserPool({
        PoolName: `fixture-api-${name}`,
        Policies: { PasswordPolicy: { MinimumLength: 8, RequireUppercase: false } },
      });
      const UserPoolId = UserPool?.Id;
      const { UserPoolClient: people } = await sdk.createUserPoolClient({
        UserPoolId,
        ClientName: 'fixture-api-client',
        GenerateSecret,
        PreventUserExistenceErrors: 'ENABLED',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      });
      seeded[name] = { userPoolId: UserPoolId, clientId: people?.ClientId };
      await sdk.adminCreateUser({ UserPoolId, Username });
      await sdk.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true });
      await writeFile(join(dir, `${Username}.password`), `${PASSWORD}\n`);
    }
    const { userPoolId: UserPoolId } = seeded['staff'] ?? {};
    await sdk.createGroup({ UserPoolId, GroupName: 'chefs' });
    await sdk.adminAddUserToGroup({ UserPoolId, Username: 'chef', GroupName: 'chefs' });
    await sdk.createResourceServer({
      UserPoolId,
      Identifier: 'fixture-api',
      Name: 'fixture-api',
      Scopes: [{ ScopeName: 'items.write', ScopeDescription: 'items.write of fixture-api' }],
    });
    const { UserPoolClient: machine } = await sdk.createUserPoolClient({
      UserPoolId,
      ClientName: 'fixture-api-machine',
      GenerateSecret,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['fixture-api/items.write'],
    });
    seeded['staff'] = { ...seeded['staff'], machineClientId: machine?.ClientId };
    await writeFile(join(dir, 'seeded.json'), `${JSON.stringify(seeded)}\n`);
    const close = async () => {
      sdk.destroy();
      await server.close();
    };
    return { dir, seeded, sdk, close };
  }

  test('is used on: pools, clients, users and passwords stay, and its machine client is the declared machine’s', async () => {
    const { dir, seeded, close } = await previousDirectory();
    await close();
    const local = await run(dir, declaration, async (running) => {
      expect(await groupsOf(running, 'staff', 'chef')).toStrictEqual(['chefs']);
      expect(claimsOf(await machineToken(running, 'kitchen'))).toHaveProperty('scope', 'fixture-api/items.write');
    });
    for (const [name, { userPoolId, clientId }] of Object.entries(local.pools))
      expect({ userPoolId, clientId }).toMatchObject({
        userPoolId: seeded[name]?.['userPoolId'],
        clientId: seeded[name]?.['clientId'],
      });
    expect(local.machines['kitchen']?.clientId).toBe(seeded['staff']?.['machineClientId']);
    expect(logged).toStrictEqual([]);
    await run(dir, declaration);
    expect(logged).toStrictEqual([]);
  });

  test('keeps its deleted user deleted, and its user out of a group', async () => {
    const { dir, seeded, sdk, close } = await previousDirectory();
    await sdk.adminDeleteUser({ UserPoolId: seeded['customers']?.['userPoolId'], Username: 'regular' });
    const membership = { UserPoolId: seeded['staff']?.['userPoolId'], Username: 'chef', GroupName: 'chefs' };
    await sdk.adminRemoveUserFromGroup(membership);
    await close();
    await run(dir, extended, async (local) => {
      await expectRefusal(signIn(local, 'customers', 'regular'), 'NotAuthorizedException');
      expect(await groupsOf(local, 'staff', 'chef')).toStrictEqual(['waiters']);
      await expect(signIn(local, 'couriers', 'courier')).resolves.toHaveProperty('IdToken');
    });
  });
});

describe('seeded.json', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  test.each(['', '{', 'null', '[]', '{"customers":{}}', '{"version":3,"pools":{}}', '{"version":2}'])(
    'stops the start when it is damaged, says what to do, and is left as it is: %s',
    async (damaged) => {
      const dir = await newDirectory();
      const path = join(dir, 'seeded.json');
      await writeFile(path, damaged);
      await expectRefusal(run(dir, declaration), 'StartError', `${path} is damaged`);
      await expectRefusal(run(dir, declaration), 'StartError', 'move it away');
      expect(sha256(await readFile(path, 'utf8'))).toBe(sha256(damaged));
    },
  );
});

describe('a local user that contradicts the pools stops the start, by name', () => {
  const cases: Record<string, [user: object, message: string]> = {
    'of a pool that is not declared': [
      { pool: 'couriers' },
      'The local user chef is of pool couriers, which is not declared. Declared: customers, staff.',
    ],
    'of a pool named like a member of every object': [{ pool: 'constructor' }, 'which is not declared'],
    'in a group that is not declared': [
      { groups: ['waiters'] },
      'The local user chef is in group waiters, which pool staff does not declare. Declared: chefs.',
    ],
    'in a group of another pool': [{ pool: 'customers' }, 'which pool customers does not declare. Declared: none.'],
    'with a name that is a path': [
      { username: '../../chef' },
      'The local user ../../chef needs a name without slashes',
    ],
    'with a hidden file for a name': [{ username: '.chef' }, 'without a dot at its start'],
    'with a weak password': [
      { password: 'weak' },
      "The local user chef of pool staff can't be created: Password did not",
    ],
    'with an attribute that no pool has': [
      { attributes: { 'custom:shoe_size': '44' } },
      "The local user chef of pool staff can't be created: Attributes did not conform to the schema",
    ],
  };

  test.each(Object.keys(cases))('%s', async (name) => {
    const [change, message] = cases[name] ?? [];
    const dir = await newDirectory();
    const users = [regular, { ...chef, ...change }];
    await expectRefusal(run(dir, { ...declaration, users }), 'StartError', message);
  });

  test('with two passwords for one file', async () => {
    const users = [regular, { ...regular, pool: 'staff', password: 'An0ther-one' }];
    await expectRefusal(run(await newDirectory(), { ...declaration, users }), 'StartError', 'two passwords');
  });
});
