import { describe, expect, test } from '@jest/globals';
import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { createApp, expectRefusal, useEmulator, type App } from '../emulator.js';

const emulator = useEmulator();

async function schemaOf({ sdk, UserPoolId }: App): Promise<Map<string | undefined, SchemaAttributeType>> {
  const { UserPool } = await sdk.describeUserPool({ UserPoolId });
  return new Map(UserPool?.SchemaAttributes?.map((attribute) => [attribute.Name, attribute]));
}

const createPool = (...Schema: SchemaAttributeType[]) => createApp(emulator, { Schema });

describe('the schema of a pool', () => {
  test('has the standard attributes, as Cognito describes them', async () => {
    const schema = await schemaOf(await createPool());
    const text = { AttributeDataType: 'String', DeveloperOnlyAttribute: false, Mutable: true, Required: false };
    expect(new Set(schema.keys())).toStrictEqual(
      new Set(
        'address birthdate email email_verified family_name gender given_name identities locale middle_name name nickname phone_number phone_number_verified picture preferred_username profile sub updated_at website zoneinfo'.split(
          ' ',
        ),
      ),
    );
    expect(schema.get('email')).toStrictEqual({
      ...text,
      Name: 'email',
      StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
    });
    expect(schema.get('sub')).toStrictEqual({
      ...text,
      Name: 'sub',
      Mutable: false,
      Required: true,
      StringAttributeConstraints: { MinLength: '1', MaxLength: '2048' },
    });
    expect(schema.get('birthdate')).toMatchObject({
      StringAttributeConstraints: { MinLength: '10', MaxLength: '10' },
    });
    expect(schema.get('email_verified')).toStrictEqual({
      ...text,
      Name: 'email_verified',
      AttributeDataType: 'Boolean',
    });
    expect(schema.get('updated_at')).toStrictEqual({
      ...text,
      Name: 'updated_at',
      AttributeDataType: 'Number',
      NumberAttributeConstraints: { MinValue: '0' },
    });
  });

  test('has what the pool declares: custom attributes by their prefix, standard ones with its settings', async () => {
    const schema = await schemaOf(
      await createPool(
        { Name: 'email', Required: true, Mutable: false },
        {
          Name: 'age',
          AttributeDataType: 'Number',
          Mutable: false,
          NumberAttributeConstraints: { MinValue: '0', MaxValue: '150' },
        },
        { Name: 'secret', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
      ),
    );
    expect(schema.get('email')).toMatchObject({ AttributeDataType: 'String', Required: true, Mutable: false });
    expect(schema.get('custom:age')).toStrictEqual({
      Name: 'custom:age',
      AttributeDataType: 'Number',
      DeveloperOnlyAttribute: false,
      Mutable: false,
      Required: false,
      NumberAttributeConstraints: { MinValue: '0', MaxValue: '150' },
    });
    expect(schema.get('dev:custom:secret')).toMatchObject({ DeveloperOnlyAttribute: true, Mutable: true });
  });

  test('receives custom attributes later, also by the name of a standard one, and keeps them across a restart', async () => {
    const app = await createPool();
    await app.sdk.addCustomAttributes({
      UserPoolId: app.UserPoolId,
      CustomAttributes: [{ Name: 'colour', AttributeDataType: 'String' }, { Name: 'email' }],
    });
    await emulator.restart();
    const names = [...(await schemaOf(app)).keys()];
    expect(names.filter((name) => name?.startsWith('custom:'))).toStrictEqual(['custom:colour', 'custom:email']);
    const Username = await app.addUser({ 'custom:colour': 'green' });
    const { UserAttributes } = await app.sdk.adminGetUser({ UserPoolId: app.UserPoolId, Username });
    expect(UserAttributes).toContainEqual({ Name: 'custom:colour', Value: 'green' });
  });
});

describe('a declaration is refused', () => {
  const colour: SchemaAttributeType = { Name: 'colour', AttributeDataType: 'String' };
  test.each<[string, SchemaAttributeType[], string]>([
    [
      'that changes the type of a standard attribute',
      [{ Name: 'email', AttributeDataType: 'Number' }],
      'You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email',
    ],
    [
      'that requires a custom attribute',
      [{ ...colour, Required: true }],
      'Required custom attributes are not supported currently.',
    ],
    ['that names an attribute twice', [colour, colour], 'Existing attribute already has name custom:colour.'],
    [
      'whose minimum is greater than its maximum',
      [{ ...colour, StringAttributeConstraints: { MinLength: '9', MaxLength: '3' } }],
      'the minimum is greater than the maximum',
    ],
    [
      'with a bound that is no number',
      [{ ...colour, StringAttributeConstraints: { MaxLength: 'long' } }],
      "Value at 'schema.1.member.stringAttributeConstraints.maxLength' failed to satisfy constraint",
    ],
    [
      'with a type that there is not',
      [{ Name: 'colour', AttributeDataType: 'Colour' as 'String' }],
      'Member must satisfy enum value set: [String, Number, DateTime, Boolean]',
    ],
    [
      'with a name of more than 20 characters',
      [{ Name: 'a'.repeat(21) }],
      'Member must have length less than or equal to 20',
    ],
    [
      'of more than 50 custom attributes',
      Array.from({ length: 51 }, (_, index) => ({ Name: `a${index}` })),
      'less than or equal to 50',
    ],
  ])('%s', async (_name, schema, message) => {
    await expectRefusal(createPool(...schema), 'InvalidParameterException', message);
  });

  test('of an attribute that exists, by AddCustomAttributes, and none is then added', async () => {
    const app = await createPool(colour);
    await expectRefusal(
      app.sdk.addCustomAttributes({ UserPoolId: app.UserPoolId, CustomAttributes: [{ Name: 'size' }, colour] }),
      'InvalidParameterException',
      'Existing attribute already has name custom:colour.',
    );
    expect([...(await schemaOf(app)).keys()]).not.toContain('custom:size');
  });
});
