import { beforeAll, describe, expect, test } from '@jest/globals';
import { attributeList, newName } from '../accounts/people.js';
import { beforeTests, createApp, expectRefusal, PASSWORD, useEmulator, type App } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() =>
  createApp(
    emulator,
    {
      Schema: [
        { Name: 'colour', AttributeDataType: 'String', StringAttributeConstraints: { MinLength: '2', MaxLength: '5' } },
        { Name: 'age', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '18', MaxValue: '150' } },
        { Name: 'vegan', AttributeDataType: 'Boolean' },
        { Name: 'since', AttributeDataType: 'DateTime' },
      ],
    },
    { GenerateSecret: false },
  ),
);

const signUp = (attributes: Record<string, string>, { sdk, ClientId } = app, Username = newName()) =>
  sdk.signUp({ ClientId, Username, Password: PASSWORD, UserAttributes: attributeList(attributes) });

const SCHEMA = 'Attributes did not conform to the schema: ';

test.each<[name: string, value: string, message: string]>([
  ['custom:colour', 'r', `${SCHEMA}custom:colour: String must be at least 2 characters long`],
  ['custom:colour', 'purple', `${SCHEMA}custom:colour: String must be no longer than 5 characters`],
  ['custom:age', 'twenty', `${SCHEMA}custom:age: Attribute value must be a number`],
  ['custom:age', '0x20', `${SCHEMA}custom:age: Attribute value must be a number`],
  ['custom:age', '17', `${SCHEMA}custom:age: Number must be at least 18`],
  ['custom:age', '151', `${SCHEMA}custom:age: Number must be at most 150`],
  ['updated_at', 'yesterday', `${SCHEMA}updated_at: Attribute value must be a number`],
  ['custom:vegan', 'yes', `${SCHEMA}custom:vegan: Attribute value must be true or false`],
  ['custom:since', '2026-02-30', `${SCHEMA}custom:since: Attribute value must be a date in ISO 8601`],
  ['custom:since', 'last year', `${SCHEMA}custom:since: Attribute value must be a date in ISO 8601`],
  ['birthdate', '1.1.2000', `${SCHEMA}birthdate: String must be at least 10 characters long`],
  ['birthdate', '2000-31-01', 'Invalid birthdate format. Expected YYYY-MM-DD.'],
  ['email', 'ada', 'Invalid email address format.'],
  ['email', 'ada@@example.com', 'Invalid email address format.'],
  ['email', 'ada@example', 'Invalid email address format.'],
  ['phone_number', '5555550100', 'Invalid phone number format.'],
  ['phone_number', '+1 555 555 0100', 'Invalid phone number format.'],
  ['phone_number', '+1555555010012345', 'Invalid phone number format.'],
  ['colour', 'red', `${SCHEMA}colour: Attribute does not exist in the schema.`],
  ['custom:name', 'Ada', `${SCHEMA}custom:name: Attribute does not exist in the schema.`],
  ['sub', 'mine', `${SCHEMA}sub: Attribute does not exist in the schema.`],
])('the attribute %s can not be %p', async (name, value, message) => {
  await expectRefusal(signUp({ [name]: value }), 'InvalidParameterException', message);
});

test('every attribute that does not conform is named', async () => {
  await expectRefusal(
    signUp({ size: 'L', 'custom:age': 'old' }),
    'InvalidParameterException',
    `${SCHEMA}size: Attribute does not exist in the schema.\ncustom:age: Attribute value must be a number\n`,
  );
});

test.each([
  ['email_verified', 'maybe'],
  ['phone_number_verified', '1'],
])('an administrator can not set %s to %p', async (name, value) => {
  await expectRefusal(
    app.addUser({ [name]: value }),
    'InvalidParameterException',
    `${SCHEMA}${name}: Attribute value must be true or false`,
  );
});

test('what conforms is stored as it was given, truth values in lower case', async () => {
  const Username = newName();
  await signUp(
    {
      'custom:colour': 'green',
      'custom:age': '18',
      'custom:vegan': 'TRUE',
      'custom:since': '2026-02-28T10:00:00Z',
      birthdate: '2000-02-29',
      email: 'Ada.Lovelace+1@sub.example.com',
      phone_number: '+15555550100',
    },
    app,
    Username,
  );
  const { UserAttributes } = await app.sdk.adminGetUser({ UserPoolId: app.UserPoolId, Username });
  expect(UserAttributes).toStrictEqual([
    { Name: 'sub', Value: expect.any(String) },
    ...attributeList({
      'custom:colour': 'green',
      'custom:age': '18',
      'custom:vegan': 'true',
      'custom:since': '2026-02-28T10:00:00Z',
      birthdate: '2000-02-29',
      email: 'Ada.Lovelace+1@sub.example.com',
      phone_number: '+15555550100',
    }),
  ]);
});

describe('a required attribute', () => {
  let strict: App;

  beforeAll(async () => {
    strict = await createApp(
      emulator,
      {
        Schema: [
          { Name: 'name', Required: true },
          { Name: 'email', Required: true },
        ],
      },
      { GenerateSecret: false },
    );
  });

  test('must be given at a sign-up, and can not be empty', async () => {
    await expectRefusal(
      signUp({ name: '' }, strict),
      'InvalidParameterException',
      `${SCHEMA}name: The attribute is required\nemail: The attribute is required\n`,
    );
    await expect(signUp({ name: 'Ada', email: 'ada@example.com' }, strict)).resolves.toHaveProperty('UserSub');
  });

  test('can not be deleted', async () => {
    const Username = await strict.addUser({ name: 'Ada', email: 'ada@example.com' });
    const { sdk, UserPoolId } = strict;
    const refusal = `${SCHEMA}name: The attribute is required`;
    await expectRefusal(
      sdk.adminDeleteUserAttributes({ UserPoolId, Username, UserAttributeNames: ['name'] }),
      'InvalidParameterException',
      refusal,
    );
    const AccessToken = (await strict.signIn(Username)).AuthenticationResult?.AccessToken;
    const emptied = sdk.updateUserAttributes({ AccessToken, UserAttributes: attributeList({ name: '' }) });
    await expectRefusal(emptied, 'InvalidParameterException', refusal);
  });

  test('may be missing where an administrator creates the user, who gives it with the first password', async () => {
    const { sdk, UserPoolId, ClientId } = strict;
    const person = { UserPoolId, Username: newName() };
    await sdk.adminCreateUser({ ...person, TemporaryPassword: 'Temp-passw0rd' });
    const { Session, ChallengeParameters } = await strict.signIn(person.Username, 'Temp-passw0rd');
    expect(ChallengeParameters?.['requiredAttributes']).toBe('["userAttributes.name","userAttributes.email"]');
    const answer = (attributes: Record<string, string>) =>
      sdk.respondToAuthChallenge({
        ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: person.Username, NEW_PASSWORD: PASSWORD, ...attributes },
      });
    const refusal = 'Invalid attributes given, email is missing';
    await expectRefusal(answer({ 'userAttributes.name': 'Ada' }), 'InvalidParameterException', refusal);
    const given = { 'userAttributes.name': 'Ada', 'userAttributes.email': 'ada@example.com' };
    await expect(answer(given)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });
});
