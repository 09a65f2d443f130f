import { afterAll, expect, test } from '@jest/globals';
import { extended } from './declaration.js';
import { expectRefusal } from '../emulator.js';
import { groupsOf, poolOf, signIn } from '../local-cognito.js';
import { newDirectory, removeDirectories } from '../local-directory.js';

afterAll(removeDirectories);

test('a deleted machine client stays deleted, and so does everything else that was', async () => {
  const directory = await newDirectory();
  await directory.run(extended, async (local, sdk) => {
    const { userPoolId: UserPoolId } = poolOf(local, 'staff');
    await sdk.deleteUserPoolClient({ UserPoolId, ClientId: local.machines['till']?.clientId });
    await sdk.adminDeleteUser({ UserPoolId, Username: 'waiter' });
    await sdk.adminRemoveUserFromGroup({ UserPoolId, Username: 'chef', GroupName: 'waiters' });
    await sdk.deleteGroup({ UserPoolId, GroupName: 'waiters' });
  });
  for (let start = 1; start <= 2; start += 1) {
    const local = await directory.run(extended, async (running, sdk) => {
      const { userPoolId: UserPoolId } = poolOf(running, 'staff');
      await expectRefusal(signIn(running, 'staff', 'waiter'), 'NotAuthorizedException');
      await expectRefusal(sdk.getGroup({ UserPoolId, GroupName: 'waiters' }), 'ResourceNotFoundException');
      expect(await groupsOf(running, 'staff', 'chef')).toStrictEqual(['chefs']);
    });
    expect(Object.keys(local.machines)).toStrictEqual(['kitchen']);
    expect(local.changes).toStrictEqual({});
    expect(directory.logged()).toContainEqual(
      expect.objectContaining({ machine: 'till', msg: 'the declared machine client was deleted: not created again' }),
    );
  }
});

test('a deleted client of people is created again, which the API needs, and nothing else is', async () => {
  const directory = await newDirectory();
  const before = await directory.run(extended, async (local, sdk) => {
    const { userPoolId: UserPoolId, clientId: ClientId } = poolOf(local, 'staff');
    await sdk.deleteUserPoolClient({ UserPoolId, ClientId });
    await sdk.adminDeleteUser({ UserPoolId, Username: 'waiter' });
  });
  const after = await directory.run(extended, async (local) => {
    await expect(signIn(local, 'staff', 'chef')).resolves.toHaveProperty('IdToken');
    await expectRefusal(signIn(local, 'staff', 'waiter'), 'NotAuthorizedException');
  });
  expect(poolOf(after, 'staff').clientId).not.toBe(poolOf(before, 'staff').clientId);
  expect(after.changes).toStrictEqual({ staff: ['created the client of people'] });
});
