import { beforeAll, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, { Schema: [{ Name: 'colour', AttributeDataType: 'String' }] }));
/** A user with a password of their own, whose name needs escaping; and one without, who is disabled. */
let ada: string;
const bob = 'bob';

beforeAll(async () => {
  ada = await app.addUser({ email: 'ada@example.com', name: 'Ada "the \\ countess"', 'custom:colour': 'green' });
  await app.sdk.adminCreateUser({ UserPoolId: app.UserPoolId, Username: bob });
  await app.sdk.adminDisableUser({ UserPoolId: app.UserPoolId, Username: bob });
});

async function find(Filter: string) {
  const { Users = [] } = await app.sdk.listUsers({ UserPoolId: app.UserPoolId, Filter });
  return Users.map(({ Username }) => (Username === ada ? 'ada' : Username));
}

test.each([
  ['', ['bob', 'ada']],
  ['username = "bob"', ['bob']],
  ['email = "ada@example.com"', ['ada']],
  ['  email^="ada"  ', ['ada']],
  ['email = "ada"', []],
  ['email ^= ""', ['ada']],
  ['name = "Ada \\"the \\\\ countess\\""', ['ada']],
  ['status = "Enabled"', ['ada']],
  ['status = "Disabled"', ['bob']],
  ['cognito:user_status = "CONFIRMED"', ['ada']],
  ['cognito:user_status = "confirmed"', ['ada']],
  ['cognito:user_status ^= "Force_"', ['bob']],
])('ListUsers with the filter %p', async (filter, expected) => {
  expect(new Set(await find(filter))).toStrictEqual(new Set(expected));
});

test.each([
  ['email', 'Error while parsing filter.'],
  ['email = ada', 'Error while parsing filter.'],
  ['email > "a"', 'Error while parsing filter.'],
  ['email = "ada@example.com" and status = "Enabled"', 'Error while parsing filter.'],
  ['email = "ada@example.com" or "1" = "1"', 'Error while parsing filter.'],
  ['custom:colour = "green"', 'Invalid search attribute: custom:colour'],
  ['constructor = "x"', 'Invalid search attribute: constructor'],
])('ListUsers refuses the filter %p', async (filter, message) => {
  await expectRefusal(find(filter), 'InvalidParameterException', message);
});

test('ListUsers shows the attributes that are asked for, and refuses those that the schema lacks', async () => {
  const list = (...AttributesToGet: string[]) =>
    app.sdk.listUsers({ UserPoolId: app.UserPoolId, Filter: `username = "${ada}"`, AttributesToGet });
  expect((await list('email', 'custom:colour')).Users?.[0]?.Attributes).toStrictEqual([
    { Name: 'email', Value: 'ada@example.com' },
    { Name: 'custom:colour', Value: 'green' },
  ]);
  const refusal = 'One or more requested attributes do not exist.';
  await expectRefusal(list('email', 'colour'), 'InvalidParameterException', refusal);
});
