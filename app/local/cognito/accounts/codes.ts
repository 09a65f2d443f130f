import type { Context } from '../context.js';
import { CognitoError } from '../errors.js';
import { DIGITS, randomText } from '../random-text.js';
import type { MessageKind } from '../outbox/outbox.js';
import type { Address, Client, Code, CodePurpose, Pool, User } from '../state/state.js';
import { deliver, deliveryDetails } from './delivery.js';
import { countAttempt, resetAttempts } from './limits.js';

const CODE_DIGITS = 6;
const HOUR_MS = 3_600_000;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html: code validity. */
const LIFETIME_MS: Readonly<Record<CodePurpose, number>> = {
  signUp: 24 * HOUR_MS,
  password: HOUR_MS,
  email: 24 * HOUR_MS,
  phone_number: 24 * HOUR_MS,
};

interface CodeRequest {
  purpose: CodePurpose;
  kind: MessageKind;
  attribute: Address;
  /** The attribute's value, or the one that it is to have. */
  destination: string;
  /** The one that asks for it; administrators have none. */
  client?: Client;
}

/** Sends the user a code, the only one that is then valid for its purpose; returns CodeDeliveryDetails. */
export async function sendCode(
  context: Context,
  pool: Pool,
  user: User,
  { purpose, kind, client, ...target }: CodeRequest,
) {
  const value = randomText(CODE_DIGITS, DIGITS);
  user.codes ??= new Map();
  user.codes.set(purpose, { value, expiresAt: context.now() + LIFETIME_MS[purpose], ...target });
  await deliver(context, pool, user, { kind, code: value, to: target.destination, client });
  return deliveryDetails(target.attribute, target.destination);
}

/**
 * Uses a code, which is valid for this user alone, and no longer once `use` has returned. Throws CodeMismatchException,
 * ExpiredCodeException for one that has expired, was used or was never sent, and LimitExceededException after 5 wrong
 * ones in an hour.
 */
export function useCode<Result>(
  context: Context,
  user: User,
  { purpose, given }: { purpose: CodePurpose; given: string },
  use: (code: Code) => Result,
): Result {
  const action = `code:${purpose}`;
  countAttempt(context, user, action);
  const code = user.codes?.get(purpose);
  if (!code || code.expiresAt <= context.now()) throw expiredCode();
  if (code.value !== given) throw codeMismatch();
  const result = use(code);
  resetAttempts(user, action);
  user.codes?.delete(purpose);
  return result;
}

export const expiredCode = () =>
  new CognitoError('ExpiredCodeException', 'Invalid code provided, please request a code again.');

export const codeMismatch = () =>
  new CognitoError('CodeMismatchException', 'Invalid verification code provided, please try again.');
