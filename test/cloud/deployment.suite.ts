import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from '@jest/globals';
import { profileProblems } from '../../app/cli/state/profile.js';
import type { Cloud } from './cloud.js';

/** What was applied, as the emulator tells it. */
export function deployment(cloud: () => Cloud) {
  describe('what is deployed', () => {
    test('is the default stage of an API, in front of the alias live of a published version', () => {
      const { stages, function: deployed } = cloud().deployed;
      expect(stages).toEqual(['$default']);
      expect(deployed).toMatchObject({ name: 'pizza-api', alias: 'live', version: '1', handler: 'index.handler' });
    });

    test("has the article's pool", async () => {
      const { userPoolId: UserPoolId } = cloud().outputs.profile.value.pools.customers;
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

    test("has the article's client", async () => {
      const { userPoolId: UserPoolId, clientId: ClientId } = cloud().outputs.profile.value.pools.customers;
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

    test('is the code of the package, byte for byte', () => {
      const zip = readFileSync(join(cloud().package, 'lambda.zip'));
      expect(cloud().deployed.function.codeSha256).toBe(createHash('sha256').update(zip).digest('base64'));
    });

    test('knows its pools with their clients, its table, its origins and its log level, and nothing else', () => {
      const { profile, machine_clients: machines } = cloud().outputs;
      const { customers, staff } = profile.value.pools;
      const { COGNITO_POOLS = '', ...others } = cloud().deployed.function.environment;
      expect(JSON.parse(COGNITO_POOLS)).toEqual({
        customers: { userPoolId: customers.userPoolId, clientIds: [customers.clientId] },
        staff: { userPoolId: staff.userPoolId, clientIds: [staff.clientId, machines.value.staff.client_id] },
      });
      expect(others).toEqual({
        CORS_ORIGINS: 'https://pizzeria.example',
        LOG_LEVEL: 'info',
        TABLE_NAME: 'pizza-api-pizzas',
      });
    });

    test('may be invoked by this API alone', () => {
      const { apiId, function: deployed } = cloud().deployed;
      expect(deployed.permissions).toEqual([
        {
          service: 'apigateway.amazonaws.com',
          source: `arn:aws:execute-api:eu-west-1:123456789012:${apiId}/*/*`,
        },
      ]);
    });

    test('is what the profile for the pizza command points to', () => {
      const { deployed, outputs } = cloud();
      const profile = outputs.profile.value;
      expect(profileProblems(profile)).toEqual([]);
      expect(profile).toMatchObject({
        apiUrl: `https://${deployed.apiId}.execute-api.eu-west-1.amazonaws.com`,
        cognitoEndpoint: 'https://cognito-idp.eu-west-1.amazonaws.com',
        region: 'eu-west-1',
      });
      for (const [name, { issuer, clientId }] of Object.entries(profile.pools)) {
        expect(deployed.authorizers[name]).toMatchObject({ issuer });
        expect(deployed.authorizers[name]?.audience).toContain(clientId);
      }
    });
  });
}
