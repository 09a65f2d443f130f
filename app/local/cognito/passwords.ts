import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { CognitoError } from './errors.js';
import { DIGITS, LOWER, randomText, UPPER } from './random-text.js';
import type { PasswordPolicy } from './state.js';

// About 50 ms and 16 MB a hash; libuv's four threads bound how many run at once.
const COST: ScryptOptions = { N: 16_384, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** What is stored of a password: salt and scrypt hash (RFC 7914), base64url, joined by a dot. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return `${salt.toString('base64url')}.${(await derive(password, salt)).toString('base64url')}`;
}

export async function passwordMatches(password: string, stored: string): Promise<boolean> {
  const [salt = '', hash = ''] = stored.split('.');
  const expected = Buffer.from(hash, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** As much work as for a real user, so that time doesn't tell whether there is one. */
export async function pretendToMatch(password: string): Promise<false> {
  await derive(password, Buffer.alloc(SALT_BYTES));
  return false;
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

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
