import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { machineToken } from '../../cloud/machine-token.js';
import { startCloud, type Cloud } from '../../cloud/cloud.js';
import { known } from '../../cloud/deployed.js';
import { signUpAndIn, type Tokens } from '../../cloud/people.js';
import { describeInCloud } from '../../harness/tools.js';
import { createSigningKey, signJwt } from '../../harness/issuer.js';

const TFTEST = 'article.tftest.hcl';

jest.setTimeout(60_000);

/** The article that this project grew from, played on a deployment with article.tfvars. */
describeInCloud('the article on an emulated AWS', () => {
  let started: Cloud | undefined;
  let regular: Tokens;
  let chef: Tokens;
  let waiter: Tokens;
  let kitchen: string;

  beforeAll(async () => {
    started = await startCloud({ tfvars: 'article', testFiles: [`test/api/cloud/${TFTEST}`] });
    [regular, chef, waiter, kitchen] = await Promise.all([
      signUpAndIn(started, 'customers', 'regular'),
      signUpAndIn(started, 'staff', 'chef', ['chefs']),
      signUpAndIn(started, 'staff', 'waiter'),
      machineToken(started, 'staff', 'kitchen'),
    ]);
  }, 120_000);

  afterAll(() => started?.stop());

  function cloud() {
    return known(started);
  }

  /** The response, and how often the function was invoked for it. */
  async function call(method: string, path: string, token?: string, body?: unknown) {
    const before = cloud().running.invocations();
    const response = await fetch(cloud().running.url + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text ? (JSON.parse(text) as unknown) : undefined,
      invocations: cloud().running.invocations() - before,
    };
  }

  test("every choice of article.tfvars is the article's", async () => {
    const { text } = await cloud().terraform.run('test', `-filter=tests/${TFTEST}`);
    expect(text).toMatch(/Success! 4 passed, 0 failed\./);
  });

  test("the pool is the article's", async () => {
    const { userPoolId: UserPoolId } = known(cloud().outputs.profile.value.pools['customers']);
    const cognito = new CognitoIdentityProviderClient(cloud().emulator.client);
    const [{ UserPool }, mfa] = await Promise.all([
      cognito.send(new DescribeUserPoolCommand({ UserPoolId })),
      cognito.send(new GetUserPoolMfaConfigCommand({ UserPoolId })),
    ]);
    expect(mfa.MfaConfiguration).toBe('OFF');
    expect(UserPool).toMatchObject({
      Name: 'pizza-api-cognito',
      AliasAttributes: ['preferred_username'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only' }] },
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
        },
      },
    });
    expect(UserPool?.Policies?.PasswordPolicy?.RequireUppercase ?? false).toBe(false);
    expect(UserPool?.AutoVerifiedAttributes ?? []).toEqual([]);
  });

  test("the client is the article's", async () => {
    const { userPoolId: UserPoolId, clientId: ClientId } = known(cloud().outputs.profile.value.pools['customers']);
    const cognito = new CognitoIdentityProviderClient(cloud().emulator.client);
    const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    expect(UserPoolClient).toMatchObject({
      ClientName: 'pizza-api-client',
      EnableTokenRevocation: false,
      PreventUserExistenceErrors: 'LEGACY',
    });
    expect(UserPoolClient?.ExplicitAuthFlows).toContain('ALLOW_USER_PASSWORD_AUTH');
    expect(UserPoolClient?.ClientSecret).toMatch(/^[\w-]{20,}$/);
  });

  test('GET / without a token is 401, and the function is not invoked', async () => {
    expect(await call('GET', '/')).toMatchObject({ status: 401, invocations: 0 });
  });

  test('GET / with a forged token is 401, and the function is not invoked', async () => {
    const segments = regular.idToken.split('.').slice(0, 2);
    const [header, payload] = segments.map((segment): unknown => JSON.parse(String(Buffer.from(segment, 'base64url'))));
    const forged = signJwt(header, payload, createSigningKey());
    expect(await call('GET', '/', forged)).toMatchObject({ status: 401, invocations: 0 });
  });

  test.each(['idToken', 'accessToken'] as const)('GET / with %s of a customer is 200', async (kind) => {
    expect(await call('GET', '/', regular[kind])).toEqual({ status: 200, body: ['Welcome to AWS'], invocations: 1 });
  });

  test('POST /pizzas by a customer is 401 at the gateway', async () => {
    expect(await call('POST', '/pizzas', regular.accessToken, { name: 'Hawaii' })).toMatchObject({
      status: 401,
      invocations: 0,
    });
  });

  test('POST /pizzas by a member of staff outside chefs is 403, from the app', async () => {
    expect(await call('POST', '/pizzas', waiter.accessToken, { name: 'Hawaii' })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
      invocations: 1,
    });
  });

  describe('a pizza', () => {
    let added: { status: number; body: unknown }[];

    beforeAll(async () => {
      added = [
        await call('POST', '/pizzas', chef.accessToken, { name: 'Margherita' }),
        await call('POST', '/pizzas', kitchen, { name: 'Quattro formaggi' }),
      ];
    });

    test('is added by a chef, and by a machine with the scope', () => {
      expect(added).toMatchObject([
        { status: 201, body: { name: 'Margherita' } },
        { status: 201, body: { name: 'Quattro formaggi' } },
      ]);
    });

    test("is in the emulator's table", async () => {
      const dynamodb = new DynamoDBClient(cloud().emulator.client);
      const { Items } = await dynamodb.send(new ScanCommand({ TableName: cloud().outputs.table_name.value }));
      expect(JSON.stringify(Items)).toContain('Margherita');
      expect(JSON.stringify(Items)).toContain('Quattro formaggi');
    });

    test('is read by a customer', async () => {
      expect(await call('GET', '/pizzas', regular.idToken)).toMatchObject({
        status: 200,
        body: { items: [{ name: 'Quattro formaggi' }, { name: 'Margherita' }] },
      });
    });
  });

  test('a path that no route has is 404 at the gateway', async () => {
    expect(await call('GET', '/admin', chef.idToken)).toMatchObject({ status: 404, invocations: 0 });
  });
});
