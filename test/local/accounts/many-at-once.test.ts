import { afterAll, expect, test } from '@jest/globals';
import { beforeTests, claimsOf, connect, createApp, PASSWORD, useEmulator } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { attributeList } from './people.js';

const names = Array.from({ length: 1000 }, (_, index) => `person-${index}`);

const emulator = useEmulator();
/** With 250 connections at a time, each for one request. */
const httpAgent = { keepAlive: false, maxSockets: 250 };
const connected = beforeTests(async () => ({
  sdk: connect(emulator.endpoint(), { requestHandler: { httpAgent, socketAcquisitionWarningTimeout: 120_000 } }),
}));
const app = beforeTests(() => createApp(connected, { AutoVerifiedAttributes: ['email'] }, { GenerateSecret: false }));
afterAll(() => connected.sdk.destroy());

/** Runs all at once, and counts what came of it: `done`, or the error's name. */
async function outcomes(work: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const count: Record<string, number> = {};
  for (const result of await Promise.allSettled(work)) {
    const outcome = result.status === 'fulfilled' ? 'done' : (result.reason as Error).name;
    count[outcome] = (count[outcome] ?? 0) + 1;
  }
  return count;
}

test('1,000 people who sign up, confirm and sign in at the same time: none is lost, none is doubled', async () => {
  const { sdk, ClientId, UserPoolId } = app;
  const signUp = (Username: string) => {
    const UserAttributes = attributeList({ email: `${Username}@example.com` });
    return sdk.signUp({ ClientId, Username, Password: PASSWORD, UserAttributes });
  };
  const twice = names.slice(0, 100);
  const signUps = await outcomes([...names, ...twice].map(signUp));
  expect(signUps).toStrictEqual({ done: 1000, UsernameExistsException: 100 });

  const codes = new Map((await messagesIn(emulator.dir)).map(({ username, code }) => [username, code]));
  expect(new Set(codes.keys())).toStrictEqual(new Set(names));
  const confirm = (Username: string) =>
    sdk.confirmSignUp({ ClientId, Username, ConfirmationCode: codes.get(Username) });
  expect(await outcomes(names.map(confirm))).toStrictEqual({ done: 1000 });

  const signIns = await Promise.all(names.map((name) => app.signIn(name)));
  const tokens = signIns.map(({ AuthenticationResult }) => claimsOf(AuthenticationResult?.AccessToken));
  expect(tokens.map(({ username }) => username)).toStrictEqual(names);
  expect(new Set(tokens.map(({ origin_jti }) => origin_jti)).size).toBe(1000);

  await emulator.restart();
  expect((await sdk.describeUserPool({ UserPoolId })).UserPool?.EstimatedNumberOfUsers).toBe(1000);
}, 240_000);
