import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

beforeAll(async () => {
  await app.sdk.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'styled' });
});

const CSS = '/* ours */ .submitButton-customizable:hover, .label-customizable { color: #123; }';
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(90_000, 7)]);

describe('the style of the hosted UI', () => {
  test('needs a domain', async () => {
    const { sdk, UserPoolId } = await createApp(emulator);
    for (const work of [sdk.setUICustomization({ UserPoolId, CSS }), sdk.getUICustomization({ UserPoolId })])
      await expectRefusal(work, 'InvalidParameterException', 'There has to be an existing domain associated');
  });

  test("is the pool's where a client has none, over a restart", async () => {
    const { sdk, UserPoolId, ClientId } = app;
    expect((await sdk.getUICustomization({ UserPoolId, ClientId })).UICustomization).toStrictEqual({});
    await sdk.setUICustomization({ UserPoolId, ClientId: 'ALL', CSS });
    await emulator.restart();
    const inherited = await sdk.getUICustomization({ UserPoolId, ClientId });
    expect(inherited.UICustomization).toMatchObject({
      ClientId: 'ALL',
      CSS,
      CSSVersion: expect.stringMatching(/^\d{14}$/u) as unknown,
    });
    await sdk.setUICustomization({ UserPoolId, ClientId, CSS: '' });
    expect((await sdk.getUICustomization({ UserPoolId, ClientId })).UICustomization).toMatchObject({
      ClientId,
      CSS: '',
    });
    expect((await sdk.getUICustomization({ UserPoolId })).UICustomization).toMatchObject({ ClientId: 'ALL', CSS });
  });

  test('has an image, which is served at its address', async () => {
    const { sdk, UserPoolId } = app;
    const { UICustomization } = await sdk.setUICustomization({ UserPoolId, ImageFile: png });
    expect(UICustomization).not.toHaveProperty('CSS');
    const response = await fetch(UICustomization?.ImageUrl ?? '');
    expect([response.status, response.headers.get('content-type')]).toStrictEqual([200, 'image/png']);
    expect(Buffer.from(await response.arrayBuffer()).equals(png)).toBe(true);
  });

  test('is not found for a client of another pool', async () => {
    const { ClientId } = await createApp(emulator);
    await expectRefusal(
      app.sdk.setUICustomization({ UserPoolId: app.UserPoolId, ClientId, CSS }),
      'ResourceNotFoundException',
      `User pool client ${ClientId} does not exist.`,
    );
  });

  test.each([
    ['an at-rule', { CSS: '@import url(x);' }, 'can not contain @import'],
    ['a script', { CSS: '.logo-customizable { background: url(javascript:x) }' }, 'can not contain javascript:'],
    ['another class', { CSS: '.body { color: red }' }, 'can not contain the selector .body'],
    ['a rule without an end', { CSS: '.logo-customizable { color: red' }, 'malformed'],
    ['more than 3 KB', { CSS: `.logo-customizable { color: ${'a'.repeat(3072)} }` }, 'no larger than 3 KB'],
    ['an image of another format', { ImageFile: Buffer.from('GIF89a') }, 'PNG or a JPEG'],
    ['an image of more than 100 KB', { ImageFile: Buffer.alloc(100_001) }, 'less than or equal to 100000'],
  ])('can not have %s', async (_name, style, message) => {
    const { sdk, UserPoolId } = app;
    await expectRefusal(sdk.setUICustomization({ UserPoolId, ...style }), 'InvalidParameterException', message);
  });
});
