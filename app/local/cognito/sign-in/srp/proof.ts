import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Pool, SrpVerifier, User } from '../../state/state.js';
import { fromHex, g, k, N, power, sha256, toBytes, toInteger } from './group.js';
import { srpPoolName } from './verifier.js';

/** What a proof is checked against: a user, or the decoy of a name that nobody has. */
export type Prover = Pick<User, 'username'> & { srp: SrpVerifier };

/** The numbers of one sign-in, hexadecimal: the client's public one and the server's private one. */
export interface Exchange {
  A: string;
  b: string;
}

/** What the client sends in the end; the secret block is base64, as it was sent to the client. */
export interface Proof {
  secretBlock: string;
  signature: string;
  timestamp: string;
}

export const newPrivateNumber = () => randomBytes(32).toString('hex');

/** B = kv + g^b, RFC 5054 section 2.5.3. */
export function publicNumber({ srp }: Prover, b: string): bigint {
  return (k * numberOf(srp.verifier) + power(g, BigInt(`0x${b}`))) % N;
}

/**
 * Whether the proof shows the password: HMAC-SHA256 of pool, user, secret block and timestamp with a key that both sides
 * derive. Never for A = 0 mod N, with which one could be made without the password (RFC 5054 section 2.5.4).
 */
export function isProof(pool: Pool, prover: Prover, { A: hex, b }: Exchange, proof: Proof): boolean {
  const A = fromHex(hex);
  if (A === undefined || A % N === 0n) return false;
  const u = toInteger(sha256(toBytes(A), toBytes(publicNumber(prover, b))));
  const S = power(A * power(numberOf(prover.srp.verifier), u), BigInt(`0x${b}`));
  const key = Buffer.from(hkdfSync('sha256', toBytes(S), toBytes(u), 'Caldera Derived Key', 16));
  const expected = createHmac('sha256', key)
    .update(`${srpPoolName(pool)}${prover.username}`)
    .update(Buffer.from(proof.secretBlock, 'base64'))
    .update(proof.timestamp)
    .digest();
  const given = Buffer.from(proof.signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const numberOf = (base64url: string) => toInteger(Buffer.from(base64url, 'base64url'));
