import { describe, expect, test } from '@jest/globals';
import { claimsOf, createApp, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();

describe('a group', () => {
  test('is updated, described, listed with its members, and deleted from them', async () => {
    const { sdk, UserPoolId, addUser, signIn } = await createApp(emulator);
    const group = { UserPoolId, GroupName: 'chefs' };
    await expectRefusal(sdk.getGroup(group), 'ResourceNotFoundException', 'Group not found.');
    await sdk.createGroup({ ...group, Description: 'Cook.' });
    emulator.pass({ minutes: 1 });
    await sdk.updateGroup({ ...group, Precedence: 2 });
    const { Group } = await sdk.getGroup(group);
    expect(Group).toMatchObject({ ...group, Description: 'Cook.', Precedence: 2 });
    expect(Number(Group?.LastModifiedDate) - Number(Group?.CreationDate)).toBe(60_000);

    const Username = await addUser({ email: 'ada@example.com' });
    await addUser();
    await sdk.adminAddUserToGroup({ ...group, Username });
    const { Users } = await sdk.listUsersInGroup(group);
    expect(Users).toMatchObject([{ Username, UserStatus: 'CONFIRMED' }]);
    expect(Users?.[0]?.Attributes).toContainEqual({ Name: 'email', Value: 'ada@example.com' });

    await sdk.deleteGroup(group);
    await expectRefusal(sdk.listUsersInGroup(group), 'ResourceNotFoundException', 'Group not found.');
    const { AuthenticationResult } = await signIn(Username);
    expect(claimsOf(AuthenticationResult?.AccessToken)).not.toHaveProperty('cognito:groups');
    await sdk.createGroup(group);
    expect((await sdk.listUsersInGroup(group)).Users).toStrictEqual([]);
  });

  const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
  const claimsWith = async (groups: Record<string, { RoleArn?: string; Precedence?: number }>) => {
    const { sdk, UserPoolId, addUser, signIn } = await createApp(emulator);
    const Username = await addUser();
    for (const [GroupName, settings] of Object.entries(groups)) {
      await sdk.createGroup({ UserPoolId, GroupName, ...settings });
      await sdk.adminAddUserToGroup({ UserPoolId, GroupName, Username });
    }
    const { AuthenticationResult } = await signIn(Username);
    return { id: claimsOf(AuthenticationResult?.IdToken), access: claimsOf(AuthenticationResult?.AccessToken) };
  };

  test('comes into tokens by its precedence, its role into the ID token', async () => {
    const { id, access } = await claimsWith({
      last: { RoleArn: role('last') },
      second: { Precedence: 5, RoleArn: role('second') },
      first: { Precedence: 0 },
    });
    expect(id).toMatchObject({
      'cognito:groups': ['first', 'second', 'last'],
      'cognito:roles': [role('second'), role('last')],
      'cognito:preferred_role': role('second'),
    });
    expect(access['cognito:groups']).toStrictEqual(['first', 'second', 'last']);
    expect(Object.keys(access).filter((name) => name.includes('role'))).toStrictEqual([]);
  });

  test('of the same precedence as another has the preferred role only if theirs is the same', async () => {
    const shared = { Precedence: 1, RoleArn: role('shared') };
    const same = await claimsWith({ a: shared, b: shared });
    expect(same.id).toMatchObject({ 'cognito:roles': [role('shared')], 'cognito:preferred_role': role('shared') });
    const different = await claimsWith({ a: shared, b: { ...shared, RoleArn: role('other') } });
    expect(different.id['cognito:roles']).toStrictEqual([role('shared'), role('other')]);
    expect(different.id).not.toHaveProperty('cognito:preferred_role');
  });
});
