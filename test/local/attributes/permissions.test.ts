import { describe, expect, test } from '@jest/globals';
import { attributeList, attributesOf, newName } from '../accounts/people.js';
import {
  beforeTests,
  claimsOf,
  createApp,
  createClient,
  expectRefusal,
  PASSWORD,
  useEmulator,
  type App,
} from '../emulator.js';

const UNAUTHORIZED = 'A client attempted to write unauthorized attribute';

const emulator = useEmulator();
/** A client of the pool that may read and write everything, and one that may read and write a little. */
const open = beforeTests(() =>
  createApp(
    emulator,
    {
      Schema: [
        { Name: 'fixed', AttributeDataType: 'String', Mutable: false },
        { Name: 'internal', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
      ],
    },
    { GenerateSecret: false },
  ),
);
const limited = beforeTests(() =>
  createClient(emulator.sdk, open.UserPoolId, {
    GenerateSecret: false,
    ReadAttributes: ['nickname', 'email'],
    WriteAttributes: ['nickname'],
  }),
);

const signUp = ({ sdk, ClientId }: App, attributes: Record<string, string>, Username = newName()) =>
  sdk.signUp({ ClientId, Username, Password: PASSWORD, UserAttributes: attributeList(attributes) });

const tokensOf = async (app: App, username: string) => (await app.signIn(username)).AuthenticationResult;

const update = ({ sdk }: App, AccessToken: string | undefined, attributes: Record<string, string>) =>
  sdk.updateUserAttributes({ AccessToken, UserAttributes: attributeList(attributes) });

describe('a client with ReadAttributes', () => {
  test('shows these alone: in GetUser and in ID tokens', async () => {
    const username = await open.addUser({ nickname: 'Ada', email: 'ada@example.com', locale: 'en' });
    const tokens = await tokensOf(limited, username);
    expect(Object.keys(await attributesOf(limited, tokens?.AccessToken ?? ''))).toStrictEqual([
      'sub',
      'nickname',
      'email',
    ]);
    const claims = claimsOf(tokens?.IdToken);
    expect(claims).toMatchObject({ nickname: 'Ada', email: 'ada@example.com' });
    expect(claims).not.toHaveProperty('locale');
    const all = await tokensOf(open, username);
    expect(await attributesOf(open, all?.AccessToken ?? '')).toHaveProperty('locale', 'en');
    expect(claimsOf(all?.IdToken)).toHaveProperty('locale', 'en');
  });
});

describe('a client with WriteAttributes', () => {
  test('refuses others at a sign-up, at an update and at a deletion', async () => {
    await expect(signUp(limited, { nickname: 'Ada' })).resolves.toHaveProperty('UserSub');
    await expectRefusal(signUp(limited, { nickname: 'Ada', locale: 'en' }), 'NotAuthorizedException', UNAUTHORIZED);

    const username = await open.addUser({ nickname: 'Ada', locale: 'en' });
    const AccessToken = (await tokensOf(limited, username))?.AccessToken;
    await update(limited, AccessToken, { nickname: 'Countess' });
    await expectRefusal(update(limited, AccessToken, { locale: 'fr' }), 'NotAuthorizedException', UNAUTHORIZED);
    const deletion = limited.sdk.deleteUserAttributes({ AccessToken, UserAttributeNames: ['locale'] });
    await expectRefusal(deletion, 'NotAuthorizedException', UNAUTHORIZED);
    await update(open, (await tokensOf(open, username))?.AccessToken, { locale: 'fr' });
  });
});

describe('no client', () => {
  test.each([
    ['says that an address is verified', { email: 'ada@example.com', email_verified: 'true' }],
    ['writes what administrators alone may write', { 'dev:custom:internal': 'x' }],
  ])('%s', async (_name, attributes) => {
    await expectRefusal(signUp(open, attributes), 'NotAuthorizedException', UNAUTHORIZED);
    const AccessToken = (await tokensOf(open, await open.addUser()))?.AccessToken;
    await expectRefusal(update(open, AccessToken, attributes), 'NotAuthorizedException', UNAUTHORIZED);
    await expect(open.addUser(attributes)).resolves.toBeDefined();
  });
});

describe('an attribute that is not mutable', () => {
  const refusal = 'user.custom:fixed: Attribute cannot be updated.';

  test('is given at a sign-up or by an administrator, and never changed, not even by an administrator', async () => {
    const Username = newName();
    await signUp(open, { 'custom:fixed': 'once' }, Username);
    const { sdk, UserPoolId } = open;
    await sdk.adminConfirmSignUp({ UserPoolId, Username });
    const AccessToken = (await tokensOf(open, Username))?.AccessToken;
    await expectRefusal(update(open, AccessToken, { 'custom:fixed': 'twice' }), 'InvalidParameterException', refusal);
    for (const change of [
      sdk.adminUpdateUserAttributes({
        UserPoolId,
        Username,
        UserAttributes: attributeList({ 'custom:fixed': 'twice' }),
      }),
      sdk.adminDeleteUserAttributes({ UserPoolId, Username, UserAttributeNames: ['custom:fixed'] }),
    ])
      await expectRefusal(change, 'InvalidParameterException', refusal);
    expect(await attributesOf(open, AccessToken ?? '')).toHaveProperty('custom:fixed', 'once');
  });

  test('leaves the other attributes of the request as they were', async () => {
    const Username = await open.addUser({ nickname: 'Ada', 'custom:fixed': 'once' });
    const AccessToken = (await tokensOf(open, Username))?.AccessToken ?? '';
    const attributes = { nickname: 'Countess', 'custom:fixed': 'twice' };
    await expectRefusal(update(open, AccessToken, attributes), 'InvalidParameterException', refusal);
    expect(await attributesOf(open, AccessToken)).toHaveProperty('nickname', 'Ada');
  });
});
