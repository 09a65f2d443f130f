import { randomBytes } from 'node:crypto';
import type { Pool, SrpVerifier, User } from '../../state/state.js';
import { g, power, sha256, toBytes, toInteger } from './group.js';

const SALT_BYTES = 16;

/** What is kept of a password so that SRP can check it; RFC 5054 section 2.4, with Cognito's identity. */
export function newVerifier(pool: Pool, { username }: Pick<User, 'username'>, password: string): SrpVerifier {
  const salt = randomBytes(SALT_BYTES);
  const identity = sha256(`${srpPoolName(pool)}${username}:${password}`);
  const x = toInteger(sha256(toBytes(toInteger(salt)), identity));
  return { salt: salt.toString('base64url'), verifier: toBytes(power(g, x)).toString('base64url') };
}

/** The part of the pool's id after `_`. */
export const srpPoolName = ({ id }: Pool) => id.slice(id.indexOf('_') + 1);
