import { Agent } from 'node:http';
import type { InitiateAuthResponse } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from '@jest/globals';
import { beforeTests, claimsOf, createApp, PASSWORD, useEmulator } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { rawRequests } from '../wire/raw-requests.js';
import { attributeList } from './people.js';

/** FULL=1 has 1,000. */
const PEOPLE = process.env['FULL'] === '1' ? 1_000 : 150;
const names = Array.from({ length: PEOPLE }, (_, index) => `person-${index}`);

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, { AutoVerifiedAttributes: ['email'] }, { GenerateSecret: false }));
/** With 250 connections at a time, each for one request; without the SDK, whose own work was most of the time. */
const { call } = rawRequests(emulator, new Agent({ maxSockets: 250 }));

type Body = InitiateAuthResponse & { __type?: string };

/** Sends all at once; resolves to the responses' bodies, and to how many there were of each kind: `done`, or an error's name. */
async function atOnce(operation: string, inputs: readonly object[]) {
  const responses = await Promise.all(inputs.map((input) => call(operation, JSON.stringify(input))));
  const outcomes: Record<string, number> = {};
  const bodies = responses.map(({ body }) => JSON.parse(body) as Body);
  for (const { __type: outcome = 'done' } of bodies) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return { bodies, outcomes };
}

test(`${PEOPLE} people who sign up, confirm and sign in at the same time: none is lost, none is doubled`, async () => {
  const { ClientId, UserPoolId } = app;
  const twice = names.slice(0, 100);
  const signUps = [...names, ...twice].map((Username) => {
    const UserAttributes = attributeList({ email: `${Username}@example.com` });
    return { ClientId, Username, Password: PASSWORD, UserAttributes };
  });
  const { outcomes } = await atOnce('SignUp', signUps);
  expect(outcomes).toStrictEqual({ done: PEOPLE, UsernameExistsException: 100 });

  const codes = new Map((await messagesIn(emulator.dir)).map(({ username, code }) => [username, code]));
  expect(new Set(codes.keys())).toStrictEqual(new Set(names));
  const confirmations = names.map((Username) => ({ ClientId, Username, ConfirmationCode: codes.get(Username) }));
  expect((await atOnce('ConfirmSignUp', confirmations)).outcomes).toStrictEqual({ done: PEOPLE });

  const signIns = await atOnce(
    'InitiateAuth',
    names.map((USERNAME) => ({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })),
  );
  const tokens = signIns.bodies.map(({ AuthenticationResult }) => claimsOf(AuthenticationResult?.AccessToken));
  expect(tokens.map(({ username }) => username)).toStrictEqual(names);
  expect(new Set(tokens.map(({ origin_jti }) => origin_jti)).size).toBe(PEOPLE);

  await emulator.restart();
  expect((await emulator.sdk.describeUserPool({ UserPoolId })).UserPool?.EstimatedNumberOfUsers).toBe(PEOPLE);
}, 240_000);
