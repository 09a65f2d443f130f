import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What keeps passwords: only salted scrypt hashes (RFC 7914) are ever stored. */
export interface Passwords {
  hash(password: string): Promise<string>;
  matches(password: string, stored: string): Promise<boolean>;
  /** As much work as for a real user, so that time doesn't tell whether there is one. */
  pretend(password: string): Promise<false>;
}

/** About 50 ms and 16 MB a hash; libuv's four threads bound how many are made at once. */
const USUAL_COST = 16_384;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** `cost` is scrypt's N, for new hashes: a stored one, `cost.salt.hash`, says its own. */
export function createPasswords(cost = USUAL_COST): Passwords {
  const decoy = randomBytes(SALT_BYTES);
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const hash = await derive(password, salt, cost);
      return `${cost}.${salt.toString('base64url')}.${hash.toString('base64url')}`;
    },
    async matches(password, stored) {
      const [cost, salt = '', hash = ''] = stored.split('.');
      const expected = Buffer.from(hash, 'base64url');
      const actual = await derive(password, Buffer.from(salt, 'base64url'), Number(cost));
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
    async pretend(password) {
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
