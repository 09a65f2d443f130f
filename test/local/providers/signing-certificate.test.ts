import { X509Certificate } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { beforeTests, createApp, useEmulator, type App } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

const certificate = async ({ sdk, UserPoolId }: App) => (await sdk.getSigningCertificate({ UserPoolId })).Certificate;

test("a pool's signing certificate is valid for ten years, its own, and a new one each year", async () => {
  const first = await certificate(app);
  const { validTo, subject } = new X509Certificate(Buffer.from(first ?? '', 'base64'));
  expect(subject).toBe(`CN=${app.UserPoolId}`);
  expect(Date.parse(validTo) - emulator.now()).toBeGreaterThan(10 * 365 * 86_400_000);
  expect(await certificate(await createApp(emulator))).not.toBe(first);
  emulator.pass({ days: 364 });
  await emulator.restart();
  expect(await certificate(app)).toBe(first);
  emulator.pass({ days: 1 });
  expect(await certificate(app)).not.toBe(first);
});
