import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { CognitoError } from '../errors.js';
import { DIGITS, LOWER, randomText, UPPER } from '../random-text.js';
import type { PasswordPolicy } from '../state/state.js';

/** A new password; hashing takes a while, and is done before the state changes. */
export interface HashedPassword {
  password: string;
  hash: string;
}

/** Hashes and compares passwords; what is stored is a salted scrypt hash (RFC 7914). */
export interface Passwords {
  hash(password: string): Promise<HashedPassword>;
  matches(password: string, stored: string): Promise<boolean>;
  /** Takes as long as `matches`, so that the time doesn't reveal whether a user exists. */
  matchNothing(password: string): Promise<false>;
}

/** About 50 ms and 16 MB a hash, at most four at once (libuv's threads). */
const DEFAULT_COST = 16_384;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** `cost` is scrypt's N for new hashes; a stored one, `cost.salt.hash`, has its own. */
export function createPasswords(cost = DEFAULT_COST): Passwords {
  const decoy = randomBytes(SALT_BYTES);
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const hash = await derive(password, salt, cost);
      return { password, hash: `${cost}.${salt.toString('base64url')}.${hash.toString('base64url')}` };
    },
    async matches(password, stored) {
      const [cost, salt = '', hash = ''] = stored.split('.');
      const expected = Buffer.from(hash, 'base64url');
      const actual = await derive(password, Buffer.from(salt, 'base64url'), Number(cost));
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
    async matchNothing(password) {
      await derive(password, decoy, cost);
      return false;
    },
  };
}

function derive(password: string, salt: Buffer, N: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { N, r: 8, p: 1 }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const REQUIREMENTS = [
  ['RequireNumbers', /[0-9]/, 'Password must have numeric characters'],
  ['RequireUppercase', /[A-Z]/, 'Password must have uppercase characters'],
  ['RequireLowercase', /[a-z]/, 'Password must have lowercase characters'],
  // A space counts as a symbol only within the password.
  ['RequireSymbols', /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+=]|\S \S/, 'Password must have symbol characters'],
] as const;

/**
 * Throws InvalidPasswordException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
 */
export function checkPolicy(policy: PasswordPolicy, password: string): void {
  const missing = REQUIREMENTS.find(([setting, pattern]) => policy[setting] && !pattern.test(password));
  const violated = password.length < policy.MinimumLength ? 'Password not long enough' : missing?.[2];
  if (violated !== undefined)
    throw new CognitoError('InvalidPasswordException', `Password did not conform with policy: ${violated}`);
}

/** A temporary password that satisfies every policy. */
export const randomPassword = ({ MinimumLength }: PasswordPolicy): string =>
  [UPPER, LOWER, DIGITS, '!@#%&*_+']
    .map((alphabet) => randomText(Math.ceil(Math.max(MinimumLength, 16) / 4), alphabet))
    .join('');
