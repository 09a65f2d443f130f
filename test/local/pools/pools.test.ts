import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

describe('a pool', () => {
  test('has an id in the format of Cognito, and is described as it was created', async () => {
    const { UserPool } = await app.sdk.createUserPool({
      PoolName: 'fixture-api-cognito',
      AliasAttributes: ['preferred_username'],
      MfaConfiguration: 'OFF',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UserPoolTags: { team: 'kitchen' },
    });
    expect(UserPool?.Id).toMatch(/^us-east-1_[A-Za-z0-9]{9}$/u);
    const described = await app.sdk.describeUserPool({ UserPoolId: UserPool?.Id });
    expect(described.UserPool).toMatchObject({
      Name: 'fixture-api-cognito',
      AliasAttributes: ['preferred_username'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UserPoolTags: { team: 'kitchen' },
      UsernameConfiguration: { CaseSensitive: false },
    });
  });

  test('is refused, not ignored, with a setting that the emulator lacks', async () => {
    const LambdaConfig = { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:f' };
    await expectRefusal(createApp(emulator, { LambdaConfig }), 'InvalidParameterException', "'lambdaConfig'");
  });

  test('has at most one domain, which no other pool can have', async () => {
    const { UserPoolId } = app;
    await app.sdk.createUserPoolDomain({ UserPoolId, Domain: 'items' });
    await expectRefusal(app.sdk.createUserPoolDomain({ UserPoolId, Domain: 'others' }), 'InvalidParameterException');
    const other = await createApp(emulator);
    await expectRefusal(
      app.sdk.createUserPoolDomain({ UserPoolId: other.UserPoolId, Domain: 'items' }),
      'InvalidParameterException',
      'Domain already associated',
    );
    expect((await app.sdk.describeUserPool({ UserPoolId })).UserPool).toHaveProperty('Domain', 'items');
  });
});

describe('user names', () => {
  test('are not case-sensitive', async () => {
    const person = { UserPoolId: app.UserPoolId, Username: 'Grace' };
    await app.sdk.adminCreateUser(person);
    await app.sdk.adminSetUserPassword({ ...person, Username: 'GRACE', Password: PASSWORD, Permanent: true });
    await expect(app.signIn('grace')).resolves.toHaveProperty('AuthenticationResult');
    await expectRefusal(app.sdk.adminCreateUser({ ...person, Username: 'gRACE' }), 'UsernameExistsException');
  });

  test('are case-sensitive in a pool that is created so', async () => {
    const strict = await createApp(emulator, { UsernameConfiguration: { CaseSensitive: true } });
    const { UserPoolId } = strict;
    await strict.sdk.adminCreateUser({ UserPoolId, Username: 'Grace' });
    await expect(strict.sdk.adminCreateUser({ UserPoolId, Username: 'grace' })).resolves.toBeDefined();
  });

  test.each(['__proto__', 'constructor', 'toString', 'Ünïcode·ß', "o'hara@example.com", '$map'])(
    'may be %s',
    async (Username) => {
      const person = { UserPoolId: app.UserPoolId, Username };
      await expectRefusal(app.sdk.adminGetUser(person), 'UserNotFoundException');
      await app.sdk.adminCreateUser(person);
      await app.sdk.adminSetUserPassword({ ...person, Password: PASSWORD, Permanent: true });
      await emulator.restart();
      await expect(app.signIn(Username)).resolves.toHaveProperty('AuthenticationResult');
    },
  );

  test('are unique when users are created concurrently', async () => {
    const ask = () => app.sdk.adminCreateUser({ UserPoolId: app.UserPoolId, Username: 'twin' });
    const answers = await Promise.allSettled([ask(), ask(), ask()]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('can be an alias or a sub, and an alias belongs to one user', async () => {
    const aliased = await createApp(emulator, { AliasAttributes: ['preferred_username', 'email'] });
    const { sdk, UserPoolId } = aliased;
    const Username = await aliased.addUser({ preferred_username: 'countess', email: 'q@example.com' });
    const { UserAttributes = [] } = await sdk.adminGetUser({ UserPoolId, Username: 'COUNTESS' });
    const sub = UserAttributes.find(({ Name }) => Name === 'sub')?.Value;
    await expect(sdk.adminGetUser({ UserPoolId, Username: sub })).resolves.toMatchObject({ Username });
    await expectRefusal(sdk.adminGetUser({ UserPoolId, Username: 'q@example.com' }), 'UserNotFoundException');
    await expectRefusal(aliased.addUser({ preferred_username: 'Countess' }), 'AliasExistsException');
  });
});

describe('groups', () => {
  test('are created once, and have members only when they exist', async () => {
    const { UserPoolId, sdk } = app;
    const group = { UserPoolId, GroupName: 'waiters', Description: 'Serve.', Precedence: 3 };
    await sdk.createGroup(group);
    await expectRefusal(sdk.createGroup(group), 'GroupExistsException');
    expect((await sdk.listGroups({ UserPoolId })).Groups).toMatchObject([group]);
    const Username = await app.addUser();
    await expectRefusal(
      sdk.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'none' }),
      'ResourceNotFoundException',
      'Group not found.',
    );
    await sdk.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'waiters' });
    await sdk.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'waiters' });
    expect((await sdk.adminListGroupsForUser({ UserPoolId, Username })).Groups).toHaveLength(1);
  });
});

describe('clients', () => {
  test('are described with their secret, and listed without it', async () => {
    const { UserPoolId, ClientId, clientSecret: ClientSecret } = app;
    const { UserPoolClient } = await app.sdk.describeUserPoolClient({ UserPoolId, ClientId });
    expect(UserPoolClient).toMatchObject({
      ClientSecret,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
    });
    const { UserPoolClients } = await app.sdk.listUserPoolClients({ UserPoolId });
    expect(UserPoolClients).toStrictEqual([{ ClientId, UserPoolId, ClientName: 'app' }]);
  });

  test('are not found in another pool', async () => {
    const { UserPoolId } = await createApp(emulator);
    await expectRefusal(
      app.sdk.describeUserPoolClient({ UserPoolId, ClientId: app.ClientId }),
      'ResourceNotFoundException',
    );
  });

  test('may be created with a given secret', async () => {
    const ClientSecret = 'a'.repeat(24);
    const own = await createClient(app.sdk, app.UserPoolId, { GenerateSecret: false, ClientSecret });
    expect(own.clientSecret).toBe(ClientSecret);
    await expect(own.signIn(await app.addUser())).resolves.toHaveProperty('AuthenticationResult');
  });
});

describe('lists have pages', () => {
  test('of users', async () => {
    const { sdk, UserPoolId } = await createApp(emulator);
    const names = Array.from({ length: 7 }, (_, index) => `user-${index}`);
    await Promise.all(names.map((Username) => sdk.adminCreateUser({ UserPoolId, Username })));
    const seen: (string | undefined)[] = [];
    let PaginationToken: string | undefined;
    do {
      const page = await sdk.listUsers({ UserPoolId, Limit: 3, PaginationToken });
      expect(page.Users?.length).toBeLessThanOrEqual(3);
      seen.push(...(page.Users?.map(({ Username }) => Username) ?? []));
      ({ PaginationToken } = page);
    } while (PaginationToken !== undefined);
    expect(seen).toStrictEqual(names);
  });

  test('of pools, groups and clients', async () => {
    const { sdk, UserPoolId } = await createApp(emulator);
    await createClient(sdk, UserPoolId);
    for (const GroupName of ['a', 'b']) await sdk.createGroup({ UserPoolId, GroupName });
    const firstGroups = await sdk.listGroups({ UserPoolId, Limit: 1 });
    const lastGroups = await sdk.listGroups({ UserPoolId, Limit: 1, NextToken: firstGroups.NextToken });
    expect([firstGroups.Groups?.[0]?.GroupName, lastGroups.Groups?.[0]?.GroupName]).toStrictEqual(['a', 'b']);
    expect(lastGroups.NextToken).toBeUndefined();
    expect((await sdk.listUserPoolClients({ UserPoolId, MaxResults: 1 })).NextToken).toBeDefined();
    expect((await sdk.listUserPools({ MaxResults: 1 })).NextToken).toBeDefined();
    await expectRefusal(
      sdk.listGroups({ UserPoolId, NextToken: 'invalid' }),
      'InvalidParameterException',
      'pagination',
    );
  });
});
