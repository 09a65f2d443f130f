import { describe, expect, test } from '@jest/globals';
import type { CreateManagedLoginBrandingRequest } from '@aws-sdk/client-cognito-identity-provider';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

const logo = { Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG', Bytes: Buffer.from('logo') } as const;

type Style = Omit<CreateManagedLoginBrandingRequest, 'UserPoolId' | 'ClientId'>;

/** A new client with a style of managed login. */
async function createStyle(style: Style) {
  const { sdk, UserPoolId, ClientId } = await createClient(app.sdk, app.UserPoolId);
  const { ManagedLoginBranding } = await sdk.createManagedLoginBranding({ UserPoolId, ClientId, ...style });
  const identified = { UserPoolId, ManagedLoginBrandingId: ManagedLoginBranding?.ManagedLoginBrandingId };
  return { sdk, client: { UserPoolId, ClientId }, identified, branding: ManagedLoginBranding };
}

describe('a style of managed login', () => {
  test('is described by its id and by its client, over a restart', async () => {
    const { sdk, client, identified, branding } = await createStyle({
      Settings: { components: { form: { borderRadius: 8, $map: [1] } } },
      Assets: [{ ...logo, Bytes: Buffer.alloc(900_000, 1) }],
    });
    expect(branding).toMatchObject({ ...identified, UseCognitoProvidedValues: false });
    await emulator.restart();
    const byId = await sdk.describeManagedLoginBranding(identified);
    const byClient = await sdk.describeManagedLoginBrandingByClient(client);
    expect(byId.ManagedLoginBranding).toStrictEqual(branding);
    expect(byClient.ManagedLoginBranding).toStrictEqual(branding);
  });

  test('keeps the settings and assets that an update leaves out', async () => {
    const { sdk, identified } = await createStyle({ Settings: { a: { x: 1, y: 1 }, b: 1 }, Assets: [logo] });
    const footer = { ...logo, Category: 'PAGE_FOOTER_LOGO' } as const;
    await sdk.updateManagedLoginBranding({
      ...identified,
      Settings: { a: { y: 2 } },
      Assets: [footer, { ...logo, Extension: 'WEBP' }],
    });
    const { ManagedLoginBranding } = await sdk.describeManagedLoginBranding(identified);
    expect(ManagedLoginBranding?.Settings).toStrictEqual({ a: { x: 1, y: 2 }, b: 1 });
    expect(ManagedLoginBranding?.Assets?.map(({ Category, Extension }) => [Category, Extension])).toStrictEqual([
      ['FORM_LOGO', 'WEBP'],
      ['PAGE_FOOTER_LOGO', 'PNG'],
    ]);
  });

  test("may be Cognito's own, which drops settings and assets", async () => {
    const { sdk, identified } = await createStyle({ Settings: { a: 1 }, Assets: [logo] });
    await sdk.updateManagedLoginBranding({ ...identified, UseCognitoProvidedValues: true });
    const { ManagedLoginBranding } = await sdk.describeManagedLoginBranding(identified);
    expect(ManagedLoginBranding).toMatchObject({ UseCognitoProvidedValues: true, Assets: [] });
    expect(ManagedLoginBranding).not.toHaveProperty('Settings');
  });

  test('is the only one of its client, and deleted with it or alone', async () => {
    const { sdk, client, identified } = await createStyle({ UseCognitoProvidedValues: true });
    await expectRefusal(
      sdk.createManagedLoginBranding({ ...client, UseCognitoProvidedValues: true }),
      'ManagedLoginBrandingExistsException',
      'already has a style',
    );
    await sdk.deleteManagedLoginBranding(identified);
    await expectRefusal(
      sdk.describeManagedLoginBrandingByClient(client),
      'ResourceNotFoundException',
      'no style of managed login',
    );
    await sdk.createManagedLoginBranding({ ...client, UseCognitoProvidedValues: true });
    const other = await createStyle({ UseCognitoProvidedValues: true });
    await sdk.deleteUserPoolClient(other.client);
    await expectRefusal(sdk.deleteManagedLoginBranding(other.identified), 'ResourceNotFoundException');
  });

  const refusals: Record<string, [style: Style, message: string]> = {
    "Cognito's values and settings together": [{ UseCognitoProvidedValues: true, Settings: {} }, 'must be left out'],
    'two images at one place': [{ Assets: [logo, logo] }, 'at most one image'],
    'an image of an unknown place': [{ Assets: [{ ...logo, Category: 'CEILING' as 'FORM_LOGO' }] }, 'category'],
    'an image of more than a million bytes': [
      { Assets: [{ ...logo, Bytes: Buffer.alloc(1_000_001) }] },
      'less than or equal to 1000000',
    ],
  };

  test.each(Object.keys(refusals))('can not have %s', async (name) => {
    const [style, message] = refusals[name] ?? [{}, ''];
    await expectRefusal(createStyle(style), 'InvalidParameterException', message);
  });
});
