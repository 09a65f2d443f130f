import { CognitoError } from '../errors.js';
import { DIGITS, LOWER, randomText, UPPER } from '../random-text.js';
import type { PasswordPolicy } from '../state/state.js';

const DEMANDS = [
  ['RequireNumbers', /[0-9]/, 'Password must have numeric characters'],
  ['RequireUppercase', /[A-Z]/, 'Password must have uppercase characters'],
  ['RequireLowercase', /[a-z]/, 'Password must have lowercase characters'],
  // A space counts as a symbol only within the password.
  ['RequireSymbols', /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+=]|\S \S/, 'Password must have symbol characters'],
] as const;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html; throws InvalidPasswordException. */
export function checkPolicy(policy: PasswordPolicy, password: string): void {
  const missing = DEMANDS.find(([demand, pattern]) => policy[demand] && !pattern.test(password));
  const complaint = password.length < policy.MinimumLength ? 'Password not long enough' : missing?.[2];
  if (complaint !== undefined)
    throw new CognitoError('InvalidPasswordException', `Password did not conform with policy: ${complaint}`);
}

/** A temporary password that satisfies every policy. */
export const randomPassword = ({ MinimumLength }: PasswordPolicy): string =>
  [UPPER, LOWER, DIGITS, '!@#%&*_+']
    .map((alphabet) => randomText(Math.ceil(Math.max(MinimumLength, 16) / 4), alphabet))
    .join('');
