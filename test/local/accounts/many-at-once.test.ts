import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { claimsOf, connect, createApp, PASSWORD, startEmulator, type App, type Emulator } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { attributeList } from './people.js';

const names = Array.from({ length: 1000 }, (_, index) => `person-${index}`);

let emulator: Emulator;
/** With 250 connections at a time, each for one request. */
let sdk: CognitoIdentityProvider;
let app: App;

beforeAll(async () => {
  emulator = await startEmulator();
  const httpAgent = { keepAlive: false, maxSockets: 250 };
  sdk = connect(emulator.endpoint(), { requestHandler: { httpAgent, socketAcquisitionWarningTimeout: 120_000 } });
  app = await createApp({ ...emulator, sdk }, { AutoVerifiedAttributes: ['email'] }, { GenerateSecret: false });
});
afterAll(() => {
  sdk.destroy();
  return emulator.stop();
});

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
  const { ClientId, UserPoolId } = app;
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
