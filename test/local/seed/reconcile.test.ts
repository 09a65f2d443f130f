import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalCognito } from '../../../app/local/start.js';
import { chef, declaration, extended, PASSWORD, regular } from './declaration.js';
import { claimsOf, expectRefusal } from '../emulator.js';
import { groupsOf, machineToken, poolOf, signIn } from '../local-cognito.js';
import { newDirectory, removeDirectories, type LocalDirectory } from '../local-directory.js';

afterAll(removeDirectories);

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

describe('a start with the same declaration', () => {
  test('keeps every id and secret, changes nothing and says nothing', async () => {
    const directory = await newDirectory();
    const first = await directory.run(declaration);
    expect(first.changes['customers']).toStrictEqual([
      'created pool customers',
      'created the client of people',
      'created the public client',
      'created user regular',
    ]);
    const { mtimeMs } = await stat(join(directory.path, 'seeded.json'));
    const second = await directory.run(declaration);
    expect(withoutAddress(second)).toStrictEqual(withoutAddress(first));
    expect([second.changes, directory.logged()]).toStrictEqual([{}, []]);
    expect((await stat(join(directory.path, 'seeded.json'))).mtimeMs).toBe(mtimeMs);
  });
});

describe('a start with an extended declaration', () => {
  let directory: LocalDirectory;
  let before: LocalCognito;

  beforeAll(async () => {
    directory = await newDirectory();
    before = await directory.run(declaration);
  });

  test('adds pool, group, scopes, machine, user and membership, and says so', async () => {
    const after = await directory.run(extended, async (local) => {
      expect(await groupsOf(local, 'couriers', 'courier')).toStrictEqual(['cyclists']);
      expect(await groupsOf(local, 'staff', 'waiter')).toStrictEqual(['waiters']);
      expect(await groupsOf(local, 'staff', 'chef')).toStrictEqual(['chefs', 'waiters']);
      expect(claimsOf(await machineToken(local, 'till'))).toHaveProperty('scope', 'fixture-api/items.read');
      expect(claimsOf(await machineToken(local, 'kitchen'))).toHaveProperty(
        'scope',
        'fixture-api/items.write fixture-api/items.read',
      );
    });
    expect(Object.keys(after.changes)).toStrictEqual(['staff', 'couriers']);
    expect(after.changes['couriers']).toStrictEqual([
      'created pool couriers',
      'created the client of people',
      'created the public client',
      'created group cyclists',
      'created user courier',
      'added user courier to group cyclists',
    ]);
    expect(after.changes['staff']).toStrictEqual([
      'created group waiters',
      'created scope fixture-api/items.read',
      'set the scopes of machine client kitchen',
      'created machine client till',
      'added user chef to group waiters',
      'created user waiter',
      'added user waiter to group waiters',
    ]);
    expect(await readFile(join(directory.path, 'waiter.password'), 'utf8')).toBe(`${PASSWORD}\n`);
    const { pools, machines } = withoutAddress(after);
    expect({ pools, machines }).toMatchObject(withoutAddress(before));
  });

  test('leaves alone what is no longer declared, says so, and no longer hands it out', async () => {
    const after = await directory.run(declaration, async (local, sdk) => {
      const { UserPools } = await sdk.listUserPools({ MaxResults: 60 });
      expect(UserPools?.map(({ Name }) => Name)).toContain('fixture-api-couriers');
      expect(await groupsOf(local, 'staff', 'chef')).toStrictEqual(['chefs', 'waiters']);
    });
    expect(Object.keys(after.pools)).toStrictEqual(['customers', 'staff']);
    expect(Object.keys(after.machines)).toStrictEqual(['kitchen']);
    expect(directory.logged()).toMatchObject([
      { pool: 'couriers', msg: expect.stringContaining('no longer declared') as unknown },
    ]);
    expect(after.changes).toStrictEqual({ staff: ['set the scopes of machine client kitchen'] });
  });

  test('finds it again when it is declared once more', async () => {
    const after = await directory.run(extended, async (local) => {
      await expect(signIn(local, 'couriers', 'courier')).resolves.toHaveProperty('IdToken');
    });
    expect(Object.keys(after.changes)).toStrictEqual(['staff']);
    expect(Object.keys(after.machines)).toStrictEqual(['kitchen', 'till']);
  });
});

describe('what a person changed', () => {
  test('stays: a deleted user, a left group, another password, removed scopes', async () => {
    const directory = await newDirectory();
    await directory.run(extended, async (local, sdk) => {
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
    await directory.run(extended, async (local, sdk) => {
      await expectRefusal(signIn(local, 'staff', 'waiter'), 'NotAuthorizedException');
      const tokens = await signIn(local, 'staff', 'chef', 'chang3d!!');
      expect(claimsOf(tokens?.AccessToken)).toHaveProperty('cognito:groups', ['chefs']);
      const { ResourceServer } = await sdk.describeResourceServer({
        UserPoolId: poolOf(local, 'staff').userPoolId,
        Identifier: 'fixture-api',
      });
      expect(ResourceServer?.Scopes?.map(({ ScopeName }) => ScopeName)).toStrictEqual(['items.read']);
    });
    expect(directory.logged()).toMatchObject([
      { pool: 'staff', user: 'waiter', msg: expect.stringContaining('deleted') as unknown },
    ]);
  });

  test('stays: a user of a declared name, made by hand, who chose a password', async () => {
    const directory = await newDirectory();
    const person = { Username: 'waiter', Password: 'by-h4nd!!' };
    await directory.run(declaration, async (local, sdk) => {
      const UserPoolId = poolOf(local, 'staff').userPoolId;
      await sdk.adminCreateUser({ UserPoolId, Username: person.Username });
      await sdk.adminSetUserPassword({ UserPoolId, ...person, Permanent: true });
    });
    await directory.run(extended, async (local) => {
      await expect(signIn(local, 'staff', 'waiter', person.Password)).resolves.toHaveProperty('IdToken');
      await expect(stat(join(directory.path, 'waiter.password'))).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });
});

describe('an interrupted seeding', () => {
  test('is completed by the next start, which finds what exists', async () => {
    const directory = await newDirectory();
    const broken = { ...extended, users: [...extended.users, { ...chef, username: 'weak', password: 'weak' }] };
    await expectRefusal(directory.run(broken), 'StartError', 'The local user weak of pool staff can');
    await expect(stat(join(directory.path, 'seeded.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    const local = await directory.run(extended, async (running, sdk) => {
      expect(await groupsOf(running, 'staff', 'waiter')).toStrictEqual(['waiters']);
      const { UserPools } = await sdk.listUserPools({ MaxResults: 60 });
      expect(UserPools).toHaveLength(3);
      const { UserPoolClients } = await sdk.listUserPoolClients({ UserPoolId: poolOf(running, 'staff').userPoolId });
      expect(UserPoolClients).toHaveLength(4);
    });
    expect(Object.keys(local.machines)).toStrictEqual(['kitchen', 'till']);
  });

  test('between a user and the password gives the user the declared password', async () => {
    const directory = await newDirectory();
    await directory.run({ ...declaration, users: [] }, async (local, sdk) => {
      await sdk.adminCreateUser({ UserPoolId: poolOf(local, 'customers').userPoolId, Username: 'regular' });
    });
    await directory.run(declaration, async (local) => {
      await expect(signIn(local, 'customers', 'regular')).resolves.toHaveProperty('IdToken');
    });
  });

  test('begins anew when the state was moved away, and the pools get new ids', async () => {
    const directory = await newDirectory();
    const first = await directory.run(declaration);
    await rm(join(directory.path, 'cognito.json'));
    const second = await directory.run(declaration, async (local) => {
      expect(await groupsOf(local, 'staff', 'chef')).toStrictEqual(['chefs']);
    });
    expect(poolOf(second, 'staff').userPoolId).not.toBe(poolOf(first, 'staff').userPoolId);
  });

  test('adds clients that an older copy of the state lacks', async () => {
    const directory = await newDirectory();
    await directory.run(declaration);
    const older = await readFile(join(directory.path, 'cognito.json'));
    await directory.run(extended);
    await writeFile(join(directory.path, 'cognito.json'), older);
    await directory.run({ ...extended, users: [regular] }, async (local) => {
      expect(claimsOf(await machineToken(local, 'kitchen'))['scope']).toContain('items.read');
    });
  });
});
