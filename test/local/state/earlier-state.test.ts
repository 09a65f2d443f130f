import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { startCognito, type CognitoServer } from '../../../app/local/cognito/server.js';
import { attributeList } from '../accounts/people.js';
import { connect, expectRefusal, PASSWORD } from '../emulator.js';
import { fastCrypto } from '../fast-crypto.js';
import { codeFor } from '../outbox/outbox.js';
import { signInBySrp } from '../sign-in/srp-client.js';
import { CLIENT_ID as ClientId, USER_POOL_ID as UserPoolId, writeEarlierState, WRITTEN_AT } from './earlier-state.js';

let dir: string;
let server: CognitoServer;
let sdk: CognitoIdentityProvider;

async function start() {
  server = await startCognito({
    dir,
    port: 0,
    region: 'us-east-1',
    log: pino({ level: 'silent' }),
    now: () => WRITTEN_AT,
    ...fastCrypto(),
  });
  sdk = connect(server.endpoint);
}
const stop = async () => {
  sdk.destroy();
  await server.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'earlier-state-'));
  await writeEarlierState(dir);
  await start();
});
afterEach(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

const signIn = (USERNAME: string, PASSWORD: string) =>
  sdk.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } });

describe('the state of a version without accounts', () => {
  test('keeps its users: attributes, groups, aliases, and passwords for both flows', async () => {
    expect(await sdk.adminGetUser({ UserPoolId, Username: 'ada' })).toMatchObject({
      UserStatus: 'CONFIRMED',
      UserAttributes: expect.arrayContaining(
        attributeList({ email: 'ada@example.com', email_verified: 'true', 'custom:colour': 'green' }),
      ) as unknown,
    });
    const { Groups } = await sdk.adminListGroupsForUser({ UserPoolId, Username: 'ada' });
    expect(Groups).toMatchObject([{ GroupName: 'chefs' }]);
    await expect(signIn('countess', PASSWORD)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expect(signInBySrp({ sdk, ClientId, UserPoolId }, 'ada', { at: WRITTEN_AT })).resolves.toHaveProperty(
      'AuthenticationResult.IdToken',
    );
    await expect(signIn('bob', 'Temp-passw0rd')).resolves.toHaveProperty('ChallengeName', 'NEW_PASSWORD_REQUIRED');
  });

  test('keeps its schema, and what its client may write now holds', async () => {
    const { UserPool } = await sdk.describeUserPool({ UserPoolId });
    expect(UserPool?.SchemaAttributes).toContainEqual(
      expect.objectContaining({ Name: 'custom:colour', AttributeDataType: 'String', Mutable: true, Required: false }),
    );
    expect(UserPool).not.toHaveProperty('UsernameAttributes');
    const { AccessToken } = (await signIn('ada', PASSWORD)).AuthenticationResult ?? {};
    const change = (attributes: Record<string, string>) =>
      sdk.updateUserAttributes({ AccessToken, UserAttributes: attributeList(attributes) });
    await change({ nickname: 'Countess' });
    await expectRefusal(
      change({ 'custom:colour': 'red' }),
      'NotAuthorizedException',
      'A client attempted to write unauthorized attribute',
    );
  });

  test('is used for all that is new, and once written by this version starts again', async () => {
    await sdk.forgotPassword({ ClientId, Username: 'ada' });
    const ConfirmationCode = await codeFor(dir, 'ada@example.com');
    await sdk.confirmForgotPassword({ ClientId, Username: 'ada', ConfirmationCode, Password: 'An0ther-password' });
    const UserAttributes = attributeList({ email: 'eve@example.com' });
    await sdk.signUp({ ClientId, Username: 'eve', Password: PASSWORD, UserAttributes });
    await stop();
    await start();
    const code = await codeFor(dir, 'eve@example.com');
    await sdk.confirmSignUp({ ClientId, Username: 'eve', ConfirmationCode: code });
    await expect(signIn('eve', PASSWORD)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expect(signIn('ada', 'An0ther-password')).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });
});
