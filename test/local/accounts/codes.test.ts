import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';
import { attributeList, signedUp, signUp } from './people.js';

const EXPIRED = 'Invalid code provided, please request a code again.';
const MISMATCH = 'Invalid verification code provided, please try again.';
const LIMIT = 'Attempt limit exceeded, please try after some time.';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, { AutoVerifiedAttributes: ['email'] }, { GenerateSecret: false }));

interface Recipient {
  Username: string;
  email: string;
  code: string;
}

interface Kind {
  /** A new user, to whom a code was sent. */
  send: () => Promise<Recipient>;
  again: (recipient: Recipient) => Promise<unknown>;
  enter: (recipient: Recipient, code: string) => Promise<unknown>;
  hours: number;
  /** How many of the requests for a code `send` makes. */
  requests: number;
  reuse: readonly [name: string, message: string];
}

const tokenOf = async (Username: string) => (await app.signIn(Username)).AuthenticationResult?.AccessToken;

const kinds: Record<string, Kind> = {
  'to confirm a sign-up': {
    send: () => signUp(emulator, app),
    again: ({ Username }) => app.sdk.resendConfirmationCode({ ClientId: app.ClientId, Username }),
    enter: ({ Username }, ConfirmationCode) =>
      app.sdk.confirmSignUp({ ClientId: app.ClientId, Username, ConfirmationCode }),
    hours: 24,
    requests: 0,
    reuse: ['NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED'],
  },
  'for a new password': {
    send: async () => {
      const { Username, email } = await signedUp(emulator, app);
      await app.sdk.forgotPassword({ ClientId: app.ClientId, Username });
      return { Username, email, code: await codeFor(emulator.dir, email) };
    },
    again: ({ Username }) => app.sdk.forgotPassword({ ClientId: app.ClientId, Username }),
    enter: ({ Username }, ConfirmationCode) =>
      app.sdk.confirmForgotPassword({ ClientId: app.ClientId, Username, ConfirmationCode, Password: PASSWORD }),
    hours: 1,
    requests: 1,
    reuse: ['ExpiredCodeException', EXPIRED],
  },
  'to verify an address': {
    send: async () => {
      const Username = await app.addUser();
      const email = `${Username}@example.com`;
      const AccessToken = await tokenOf(Username);
      await app.sdk.updateUserAttributes({ AccessToken, UserAttributes: attributeList({ email }) });
      return { Username, email, code: await codeFor(emulator.dir, email) };
    },
    again: async ({ Username }) =>
      app.sdk.getUserAttributeVerificationCode({ AccessToken: await tokenOf(Username), AttributeName: 'email' }),
    enter: async ({ Username }, Code) =>
      app.sdk.verifyUserAttribute({ AccessToken: await tokenOf(Username), AttributeName: 'email', Code }),
    hours: 24,
    requests: 0,
    reuse: ['ExpiredCodeException', EXPIRED],
  },
};

/** Another code of six digits. */
const wrong = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

describe.each(Object.entries(kinds))('a code %s', (_name, { send, again, enter, hours, requests, reuse }) => {
  test('is good once', async () => {
    const recipient = await send();
    await enter(recipient, recipient.code);
    await expectRefusal(enter(recipient, recipient.code), ...reuse);
  });

  test(`is valid for ${hours} hours`, async () => {
    const [punctual, late] = [await send(), await send()];
    emulator.pass({ minutes: hours * 60 - 1 });
    await expect(enter(punctual, punctual.code)).resolves.toBeDefined();
    emulator.pass({ minutes: 1 });
    await expectRefusal(enter(late, late.code), 'ExpiredCodeException', EXPIRED);
  });

  test('is refused to another user, and stays valid for its own', async () => {
    const [owner, other] = [await send(), await send()];
    // Of a million codes these two may be the same.
    const foreign = owner.code === other.code ? wrong(owner.code) : owner.code;
    await expectRefusal(enter(other, foreign), 'CodeMismatchException', MISMATCH);
    await expect(enter(owner, owner.code)).resolves.toBeDefined();
  });

  test('can be guessed five times in an hour, concurrently and across a restart', async () => {
    const recipient = await send();
    const guesses = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6, 7].map((by) => enter(recipient, wrong(recipient.code, by))),
    );
    const names = guesses.map((guess) => guess.status === 'rejected' && (guess.reason as Error).name);
    expect(names.filter((name) => name === 'CodeMismatchException')).toHaveLength(5);
    expect(names.filter((name) => name === 'LimitExceededException')).toHaveLength(2);
    await emulator.restart();
    await expectRefusal(enter(recipient, recipient.code), 'LimitExceededException', LIMIT);

    emulator.pass({ minutes: 60 });
    await again(recipient);
    await expect(enter(recipient, await codeFor(emulator.dir, recipient.email))).resolves.toBeDefined();
  });

  test('can be requested five times in an hour, and the last one is valid', async () => {
    const recipient = await send();
    for (let request = requests; request < 5; request += 1) await again(recipient);
    await expectRefusal(again(recipient), 'LimitExceededException', LIMIT);
    await expect(enter(recipient, await codeFor(emulator.dir, recipient.email))).resolves.toBeDefined();
  });
});
