import { hkdfSync } from 'node:crypto';
import type { Pool } from '../../state/state.js';
import { userKey } from '../../users/directory.js';
import type { Prover } from './proof.js';

const SALT_BYTES = 16;
const ID_BYTES = 16;
const VERIFIER_BYTES = 383;

/**
 * What a user by that name would have, for clients that hide who exists: always the same for a name, and derived from
 * a secret of the pool. No password fits it. An e-mail address or phone number stands for another name, a UUID.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 */
export function decoyOf(pool: Pool, typed: string): Prover {
  const key = userKey(pool, typed);
  const length = SALT_BYTES + ID_BYTES + VERIFIER_BYTES;
  const bytes = Buffer.from(hkdfSync('sha256', pool.keys.id.privateKey, key, 'SRP decoy', length));
  const salt = bytes.subarray(0, SALT_BYTES).toString('base64url');
  const verifier = bytes.subarray(SALT_BYTES + ID_BYTES).toString('base64url');
  const isAlias = /^\+|@/u.test(key);
  return { username: isAlias ? uuid(bytes.subarray(SALT_BYTES, SALT_BYTES + ID_BYTES)) : key, srp: { salt, verifier } };
}

/** RFC 9562 section 5.4. */
function uuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
