import { timingSafeEqual } from 'node:crypto';
import type { Context } from '../context.js';
import { CognitoError } from '../errors.js';
import { hashOf } from '../sign-in/sessions.js';
import type { Challenge, User } from '../state/state.js';
import { afterFailure, checkLock } from '../users/lockout.js';
import { stepOf } from './totp.js';

/**
 * Checks the code of the user's authenticator; each is good for one use. Throws CodeMismatchException,
 * ExpiredCodeException for one that was used, and NotAuthorizedException during a lock-out.
 */
export function useTotp(context: Context, user: User, code: string): void {
  countGuess(context, user, () => {
    const { totp } = user.mfa ?? {};
    const step = totp && stepOf(totp.secret, code, context.now());
    if (!totp || step === undefined) throw mismatch('Invalid code received for user');
    if (step <= totp.lastStep)
      throw new CognitoError('ExpiredCodeException', 'Your software token has already been used once.');
    totp.lastStep = step;
  });
}

/** Checks the code that was sent for the challenge. Throws CodeMismatchException, and NotAuthorizedException during a lock-out. */
export function checkSentCode(context: Context, user: User, { codeHash = '' }: Challenge, code: string): void {
  countGuess(context, user, () => {
    const [given, expected] = [Buffer.from(hashOf(code)), Buffer.from(codeHash)];
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw mismatch('Invalid code or auth state for the user.');
  });
}

/**
 * Wrong codes lock the second factor as wrong passwords lock the first one, and are counted apart: the right password
 * doesn't buy more guesses. https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
 */
function countGuess(context: Context, user: User, check: () => void): void {
  const attempts = checkLock(user.mfaAttempts, context.now());
  try {
    check();
  } catch (error) {
    user.mfaAttempts = afterFailure(attempts, context.now());
    throw error;
  }
  delete user.mfaAttempts;
}

const mismatch = (message: string) => new CognitoError('CodeMismatchException', message);
