import { describe, expect, test } from '@jest/globals';
import { expectRefusal } from '../emulator.js';
import { answer, answerCode, useMfaApps } from './mfa-apps.js';

const { emulator, optional, codeOf, nextStep, userWithToken } = useMfaApps();

describe('a code is refused', () => {
  const USED = ['ExpiredCodeException', 'Your software token has already been used once.'] as const;
  const WRONG = ['CodeMismatchException', 'Invalid code received for user'] as const;

  test.each([
    ['that is wrong', () => '000000', WRONG],
    ['of two steps ago', (secret: string) => codeOf(secret, -2), WRONG],
    ['of two steps ahead', (secret: string) => codeOf(secret, 2), WRONG],
    ['that VerifySoftwareToken used', (secret: string) => codeOf(secret, -1), USED],
    ['with a digit too few', (secret: string) => codeOf(secret).slice(1), WRONG],
  ])('%s', async (_name, code, [type, message]) => {
    const { username, SecretCode } = await userWithToken();
    const { Session } = await optional.signIn(username);
    await expectRefusal(answerCode(optional, username, Session, code(SecretCode)), type, message);
    await expect(answerCode(optional, username, Session, codeOf(SecretCode))).resolves.toHaveProperty(
      'AuthenticationResult',
    );
  });

  test('that another sign-in used, also when both arrive at once', async () => {
    const { username, SecretCode } = await userWithToken();
    const starts = [await optional.signIn(username), await optional.signIn(username)];
    const answers = starts.map(({ Session }) => answerCode(optional, username, Session, codeOf(SecretCode)));
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status).sort()).toStrictEqual(['fulfilled', 'rejected']);
  });

  test('after a later code was used', async () => {
    const { username, SecretCode } = await userWithToken();
    const [first, second] = [await optional.signIn(username), await optional.signIn(username)];
    await answerCode(optional, username, first.Session, codeOf(SecretCode, 1));
    await expectRefusal(answerCode(optional, username, second.Session, codeOf(SecretCode)), ...USED);
  });

  test('whose session was used', async () => {
    const { username, SecretCode } = await userWithToken();
    const { Session } = await optional.signIn(username);
    await answerCode(optional, username, Session, codeOf(SecretCode));
    nextStep();
    const again = answerCode(optional, username, Session, codeOf(SecretCode));
    await expectRefusal(again, 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('whose session is another user’s', async () => {
    const [one, other] = [await userWithToken(), await userWithToken()];
    const { Session } = await optional.signIn(one.username);
    await expectRefusal(
      answerCode(optional, other.username, Session, codeOf(other.SecretCode)),
      'NotAuthorizedException',
      'Invalid session for the user.',
    );
  });

  test('whose session belongs to another challenge', async () => {
    const { username } = await userWithToken();
    const { Session } = await optional.signIn(username);
    await expectRefusal(
      answer(optional, username, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session }, { NEW_PASSWORD: 'N3w-password' }),
      'NotAuthorizedException',
      'Invalid session for the user.',
    );
    await expectRefusal(answer(optional, username, { ChallengeName: 'MFA_SETUP', Session }), 'NotAuthorizedException');
  });

  test('after five wrong ones, for as long as the lock-out lasts, though the password is right each time', async () => {
    const { username, SecretCode } = await userWithToken();
    for (let time = 0; time < 5; time += 1) {
      const { Session } = await optional.signIn(username);
      await expectRefusal(answerCode(optional, username, Session, '000000'), ...WRONG);
    }
    const { Session } = await optional.signIn(username);
    const locked = answerCode(optional, username, Session, codeOf(SecretCode));
    await expectRefusal(locked, 'NotAuthorizedException', 'attempts exceeded');
    emulator.pass({ seconds: 1 });
    await expect(answerCode(optional, username, Session, codeOf(SecretCode))).resolves.toHaveProperty(
      'AuthenticationResult',
    );
  });
});
