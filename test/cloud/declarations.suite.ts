import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  ListGroupsCommand,
  ListResourceServersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import { PUBLIC_CLIENT } from '../../app/platform/contract/pools.js';
import { table } from '../../app/api/table.js';
import type { ManagedLogin } from '../../app/platform/contract/managed-login.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { MANAGED_LOGIN, POOL_WITH_MANAGED_LOGIN } from './everything.js';

/** Of managed login that declares none. */
const DEFAULT_SCOPES = ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'];

/** What `app/api/` declares is there, as the emulator reports it, without a tfvars file that names it. */
export function declarations(cloud: () => Cloud) {
  describe.each(Object.entries(access.document))('the pool %s', (pool, declared) => {
    const profile = () => known(cloud().outputs.profile.value.pools[pool]);
    const cognito = () => new CognitoIdentityProviderClient(cloud().emulator.client);

    async function client(clientId: string) {
      const { userPoolId: UserPoolId } = profile();
      return (await cognito().send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId: clientId })))
        .UserPoolClient;
    }

    test('has people sign in as it declares', async () => {
      const { UserPool } = await cognito().send(new DescribeUserPoolCommand({ UserPoolId: profile().userPoolId }));
      const {
        usernames,
        aliases = usernames ? [] : ['preferred_username'],
        selfRegistration = false,
      } = declared.signIn;
      expect(UserPool?.AliasAttributes?.toSorted() ?? []).toEqual(aliases.toSorted());
      expect(UserPool?.UsernameAttributes?.toSorted() ?? []).toEqual(usernames?.toSorted() ?? []);
      expect(UserPool?.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false).toBe(!selfRegistration);
    });

    test('has its groups', async () => {
      const { Groups = [] } = await cognito().send(new ListGroupsCommand({ UserPoolId: profile().userPoolId }));
      expect(Object.fromEntries(Groups.map(({ GroupName, Description }) => [GroupName, Description]))).toEqual(
        declared.groups,
      );
    });

    test('has its scopes', async () => {
      const { userPoolId: UserPoolId } = profile();
      const { ResourceServers = [] } = await cognito().send(
        new ListResourceServersCommand({ UserPoolId, MaxResults: 50 }),
      );
      const scopes = ResourceServers.flatMap(({ Identifier, Scopes = [] }) =>
        Scopes.map(({ ScopeName, ScopeDescription }) => [`${Identifier}/${ScopeName}`, ScopeDescription]),
      );
      expect(Object.fromEntries(scopes)).toEqual(
        Object.fromEntries(
          Object.entries(declared.scopes).map(([name, allows]) => [`${declared.resourceServer}/${name}`, allows]),
        ),
      );
    });

    test('has a client with a secret for people, without an OAuth flow', async () => {
      const people = await client(profile().clientId);
      expect(people).toMatchObject({ ClientSecret: profile().clientSecret, AllowedOAuthFlowsUserPoolClient: false });
      expect(people?.ExplicitAuthFlows).toContain('ALLOW_USER_PASSWORD_AUTH');
    });

    const { managedLogin: declaredLogin } = known(declared.clients[PUBLIC_CLIENT]) as { managedLogin?: ManagedLogin };
    const managedLogin = pool === POOL_WITH_MANAGED_LOGIN ? MANAGED_LOGIN : declaredLogin;

    test('has a client without a secret for pages and devices, which sends no password', async () => {
      const publicClient = await client(known(profile().publicClientId));
      expect(publicClient?.ClientSecret ?? '').toBe('');
      expect(publicClient?.ExplicitAuthFlows?.toSorted()).toEqual([
        ...(managedLogin?.rotationGraceSeconds === undefined ? ['ALLOW_REFRESH_TOKEN_AUTH'] : []),
        'ALLOW_USER_SRP_AUTH',
      ]);
    });

    test('has that client get a code in managed login, with the addresses and scopes that are declared or set', async () => {
      const publicClient = await client(known(profile().publicClientId));
      expect({
        flows: publicClient?.AllowedOAuthFlowsUserPoolClient === true && publicClient.AllowedOAuthFlows,
        callbackUrls: publicClient?.CallbackURLs?.toSorted() ?? [],
        logoutUrls: publicClient?.LogoutURLs?.toSorted() ?? [],
        scopes: publicClient?.AllowedOAuthScopes?.toSorted() ?? [],
        rotation: publicClient?.RefreshTokenRotation,
      }).toEqual({
        flows: managedLogin ? ['code'] : false,
        callbackUrls: managedLogin?.callbackUrls.toSorted() ?? [],
        logoutUrls: managedLogin?.logoutUrls?.toSorted() ?? [],
        scopes: managedLogin ? (managedLogin.scopes ?? DEFAULT_SCOPES).toSorted() : [],
        rotation: {
          Feature: managedLogin?.rotationGraceSeconds === undefined ? 'DISABLED' : 'ENABLED',
          RetryGracePeriodSeconds: managedLogin?.rotationGraceSeconds ?? 0,
        },
      });
    });

    const machines = Object.entries(declared.clients).flatMap(([name, declaredClient]) =>
      declaredClient.type === 'machine' ? [{ name, scopes: declaredClient.scopes }] : [],
    );

    test('has its machines, with their scopes and client credentials alone', async () => {
      for (const { name, scopes } of machines) {
        const machine = known(cloud().outputs.machines.value[name]);
        const deployed = await client(machine.clientId);
        expect(deployed).toMatchObject({
          ClientSecret: machine.clientSecret,
          AllowedOAuthFlows: ['client_credentials'],
          ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
        });
        expect(deployed?.AllowedOAuthScopes?.toSorted()).toEqual(scopes.toSorted());
        expect(machine.scopes).toEqual(scopes);
      }
    });

    test('has a domain if it has machines, who get their tokens there, or managed login', async () => {
      const { userPoolId: UserPoolId, domainUrl } = profile();
      const { Domain } = known((await cognito().send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool);
      expect(Domain === undefined).toBe(machines.length === 0 && !managedLogin);
      const url = Domain && `https://${Domain}.auth.eu-west-1.amazoncognito.com`;
      expect(domainUrl).toBe(url);
      for (const { name } of machines) {
        expect(cloud().outputs.machines.value[name]?.tokenUrl).toBe(`${url}/oauth2/token`);
      }
      if (Domain === undefined) return;
      const { DomainDescription } = await cognito().send(new DescribeUserPoolDomainCommand({ Domain }));
      expect(DomainDescription?.UserPoolId).toBe(UserPoolId);
    });
  });

  test('the declared machines, and no others, are in the output', () => {
    const names = Object.values(access.document).flatMap(({ clients }) =>
      Object.entries(clients).flatMap(([name, { type }]) => (type === 'machine' ? [name] : [])),
    );
    expect(Object.keys(cloud().outputs.machines.value).toSorted()).toEqual(names.toSorted());
  });

  test('the table has the declared key, indexes and expiry', async () => {
    const dynamodb = new DynamoDBClient(cloud().emulator.client);
    const TableName = cloud().outputs.table_name.value;
    const [{ Table }, { TimeToLiveDescription }] = await Promise.all([
      dynamodb.send(new DescribeTableCommand({ TableName })),
      dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
    ]);
    const keySchema = ({ hashKey, rangeKey }: { hashKey: string; rangeKey: string }) => [
      { AttributeName: hashKey, KeyType: 'HASH' },
      { AttributeName: rangeKey, KeyType: 'RANGE' },
    ];
    expect(Table?.KeySchema).toEqual(keySchema(table.document));
    const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => [
      IndexName,
      { KeySchema, Projection },
    ]);
    expect(Object.fromEntries(indexes)).toEqual(
      Object.fromEntries(
        table.document.indexes.map((index) => [
          index.name,
          { KeySchema: keySchema(index), Projection: { ProjectionType: 'ALL' } },
        ]),
      ),
    );
    expect(TimeToLiveDescription).toMatchObject({
      AttributeName: table.document.expiryAttribute,
      TimeToLiveStatus: 'ENABLED',
    });
  });
}
