import type { Context } from '../context.js';
import { CognitoError } from '../errors.js';
import type { User } from '../state/state.js';

const MAX_PER_HOUR = 5;
const HOUR_MS = 3_600_000;

/** A user, or a name that nobody has. */
type Limited = Pick<User, 'limits'>;

/**
 * Counts an attempt at `action`. Cognito allows between 5 and 20 attempts in an hour to request or enter a code, depending
 * on the risk; here it is 5 requests and 5 entries of each kind of code. Throws LimitExceededException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-recover-a-user-account.html
 */
export function countAttempt(context: Context, limited: Limited, action: string): void {
  const now = context.now();
  const known = limited.limits?.get(action);
  const limit = known && now < known.until ? known : { count: 0, until: now + HOUR_MS };
  if (limit.count >= MAX_PER_HOUR)
    throw new CognitoError('LimitExceededException', 'Attempt limit exceeded, please try after some time.');
  limited.limits ??= new Map();
  limited.limits.set(action, { ...limit, count: limit.count + 1 });
}

/** An attempt that succeeded no longer counts, nor do those before it. */
export function resetAttempts({ limits }: Limited, action: string): void {
  limits?.delete(action);
}
