import { randomInt, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { beforeTests, claimsOf, createApp, expectRefusal, PASSWORD, useEmulator, type App } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';
import { signInBySrp } from '../sign-in/srp-client.js';
import { attributeList, attributesOf } from './people.js';

const client = {
  GenerateSecret: false,
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_USER_SRP_AUTH' as const],
};

const both = ['email' as const, 'phone_number' as const];

const emulator = useEmulator();
/** A pool whose user names are addresses, and one whose users have addresses as aliases. */
const addresses = beforeTests(() =>
  createApp(emulator, { UsernameAttributes: both, AutoVerifiedAttributes: both }, client),
);
const aliases = beforeTests(() =>
  createApp(emulator, { AliasAttributes: both, AutoVerifiedAttributes: ['email'] }, client),
);

const newEmail = () => `${randomUUID()}@example.com`;
const newPhone = () => `+1555${String(randomInt(10_000_000)).padStart(7, '0')}`;

const signUp = ({ sdk, ClientId }: App, Username: string, attributes: Record<string, string> = {}) =>
  sdk.signUp({ ClientId, Username, Password: PASSWORD, UserAttributes: attributeList(attributes) });

async function confirm({ sdk, ClientId }: App, Username: string, to: string, ForceAliasCreation?: boolean) {
  const ConfirmationCode = await codeFor(emulator.dir, to);
  return sdk.confirmSignUp({ ClientId, Username, ConfirmationCode, ForceAliasCreation });
}

describe('where user names are addresses', () => {
  test.each([
    ['e-mail address', 'email', newEmail],
    ['phone number', 'phone_number', newPhone],
  ] as const)('a person signs up and in by %s, and the user name is the sub', async (_name, attribute, newAddress) => {
    const address = newAddress();
    const { UserSub } = await signUp(addresses, address);
    await confirm(addresses, address, address);
    const signIns = [await addresses.signIn(address), await signInBySrp(addresses, address, { at: emulator.now() })];
    for (const { AuthenticationResult } of signIns) {
      expect(claimsOf(AuthenticationResult?.AccessToken)).toMatchObject({ username: UserSub, sub: UserSub });
      expect(claimsOf(AuthenticationResult?.IdToken)).toMatchObject({
        'cognito:username': UserSub,
        [attribute]: address,
        [`${attribute}_verified`]: true,
      });
      expect(await attributesOf(addresses, AuthenticationResult?.AccessToken ?? '')).toMatchObject({
        [attribute]: address,
      });
    }
  });

  test('letters of an e-mail address may be of either case', async () => {
    const email = newEmail();
    await signUp(addresses, email);
    await confirm(addresses, email.toUpperCase(), email);
    await expect(addresses.signIn(email.toUpperCase())).resolves.toHaveProperty('AuthenticationResult');
  });

  test('an address belongs to one user, whether as name or as attribute', async () => {
    const email = newEmail();
    await signUp(addresses, email);
    const refusal = 'An account with the given email already exists.';
    await expectRefusal(signUp(addresses, email), 'UsernameExistsException', refusal);
    await expectRefusal(signUp(addresses, newPhone(), { email }), 'UsernameExistsException', refusal);
    const phone = newPhone();
    await signUp(addresses, phone);
    await confirm(addresses, phone, phone);
    const AccessToken = (await addresses.signIn(phone)).AuthenticationResult?.AccessToken;
    const taken = addresses.sdk.updateUserAttributes({ AccessToken, UserAttributes: attributeList({ email }) });
    await expectRefusal(taken, 'AliasExistsException', refusal);
  });

  test('another name is refused', async () => {
    const refusal = 'Username should be either an email or a phone number.';
    await expectRefusal(signUp(addresses, 'ada'), 'InvalidParameterException', refusal);
    const invitation = addresses.sdk.adminCreateUser({ UserPoolId: addresses.UserPoolId, Username: 'ada' });
    await expectRefusal(invitation, 'InvalidParameterException', refusal);
  });

  test('the pool says so, and can not have aliases as well', async () => {
    const { UserPool } = await addresses.sdk.describeUserPool({ UserPoolId: addresses.UserPoolId });
    expect(UserPool?.UsernameAttributes).toStrictEqual(['email', 'phone_number']);
    await expectRefusal(
      addresses.sdk.createUserPool({ PoolName: 'x', UsernameAttributes: ['email'], AliasAttributes: ['email'] }),
      'InvalidParameterException',
      'Only one of aliasAttributes or usernameAttributes can be set in a user pool.',
    );
  });
});

describe('where addresses are aliases', () => {
  const newcomer = async (email: string) => {
    const Username = randomUUID();
    await signUp(aliases, Username, { email });
    return Username;
  };

  test('a user name like one is refused', async () => {
    const refusal = 'since user pool is configured for';
    for (const name of [newEmail(), newPhone()]) {
      await expectRefusal(signUp(aliases, name), 'InvalidParameterException', refusal);
      const invitation = aliases.sdk.adminCreateUser({ UserPoolId: aliases.UserPoolId, Username: name });
      await expectRefusal(invitation, 'InvalidParameterException', refusal);
    }
  });

  test('one signs in by it once it is verified', async () => {
    const email = newEmail();
    const Username = await newcomer(email);
    await expectRefusal(aliases.signIn(email), 'NotAuthorizedException', 'Incorrect username or password.');
    await confirm(aliases, Username, email);
    const { AuthenticationResult } = await aliases.signIn(email);
    expect(claimsOf(AuthenticationResult?.AccessToken)).toHaveProperty('username', Username);
  });

  test('the second to verify it is refused, or takes it if the confirmation says so', async () => {
    const email = newEmail();
    const first = await newcomer(email);
    await confirm(aliases, first, email);
    const second = await newcomer(email);
    const refusal = 'An account with the given email already exists.';
    await expectRefusal(confirm(aliases, second, email), 'AliasExistsException', refusal);
    await expectRefusal(aliases.signIn(second), 'UserNotConfirmedException', 'User is not confirmed.');

    await confirm(aliases, second, email, true);
    const { AuthenticationResult } = await aliases.signIn(email);
    expect(claimsOf(AuthenticationResult?.AccessToken)).toHaveProperty('username', second);
    const former = (await aliases.signIn(first)).AuthenticationResult?.AccessToken ?? '';
    expect(await attributesOf(aliases, former)).toMatchObject({ email, email_verified: 'false' });
  });

  test('an administrator may give it to a new user', async () => {
    const email = newEmail();
    const first = await newcomer(email);
    await confirm(aliases, first, email);
    const invite = (ForceAliasCreation: boolean) =>
      aliases.sdk.adminCreateUser({
        UserPoolId: aliases.UserPoolId,
        Username: randomUUID(),
        UserAttributes: attributeList({ email, email_verified: 'true' }),
        ForceAliasCreation,
      });
    await expectRefusal(invite(false), 'AliasExistsException', 'An account with the given email already exists.');
    const { User } = await invite(true);
    const found = await aliases.sdk.adminGetUser({ UserPoolId: aliases.UserPoolId, Username: email });
    expect(found.Username).toBe(User?.Username);
  });
});
