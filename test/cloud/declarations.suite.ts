import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListGroupsCommand,
  ListResourceServersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import { table } from '../../app/api/table.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';

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
      const { aliases, selfRegistration = false } = declared.signIn;
      expect(UserPool?.AliasAttributes?.toSorted()).toEqual(aliases?.toSorted() ?? ['preferred_username']);
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

    test('has a client without a secret for pages and devices, which sends no password', async () => {
      const publicClient = await client(known(profile().publicClientId));
      expect(publicClient).toMatchObject({ AllowedOAuthFlowsUserPoolClient: false });
      expect(publicClient?.ClientSecret ?? '').toBe('');
      expect(publicClient?.ExplicitAuthFlows?.toSorted()).toEqual(['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH']);
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

    test('has a domain, where its machines get their tokens, if it has machines', async () => {
      const { UserPool } = await cognito().send(new DescribeUserPoolCommand({ UserPoolId: profile().userPoolId }));
      expect(UserPool?.Domain === undefined).toBe(machines.length === 0);
      for (const { name } of machines) {
        expect(cloud().outputs.machines.value[name]?.tokenUrl).toBe(
          `https://${UserPool?.Domain}.auth.eu-west-1.amazoncognito.com/oauth2/token`,
        );
      }
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
