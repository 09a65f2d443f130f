import { createHash, publicDecrypt, constants, randomBytes } from 'node:crypto';
import { describe } from '@jest/globals';
import type { SigningKey } from '../../../harness/issuer.js';
import { publicJwk } from '../../../harness/issuer.js';
import { openTarget, testRefusals, type Attack } from '../../../harness/http-target.js';
import { changeSegment, compact, header, publicKeyOf, rsa, sha256, SHA256_INFO } from './forge.js';

const target = openTarget();
const SIZE = 256;

/** EMSA-PKCS1-v1_5 (RFC 8017 section 9.2), with every part of it chosen by the forger. */
function emsa(
  tail: Buffer,
  { start = Buffer.from([0, 1]), fill = 0xff, separator = Buffer.from([0]), after = Buffer.alloc(0) } = {},
) {
  const length = SIZE - start.length - separator.length - tail.length - after.length;
  return Buffer.concat([start, Buffer.alloc(length, fill), separator, tail, after]);
}

const info = (signed: string) => Buffer.concat([SHA256_INFO, sha256(signed)]);
const digestInfo = (prefix: string, hash: string) => (signed: string) =>
  Buffer.concat([Buffer.from(prefix, 'hex'), createHash(hash).update(signed).digest()]);

/** Encodings that the genuine key signs instead of the right one. */
const encodings: [string, (signed: string) => Buffer][] = [
  ['block type 0', (signed) => emsa(info(signed), { start: Buffer.from([0, 0]), fill: 0 })],
  ['block type 2', (signed) => emsa(info(signed), { start: Buffer.from([0, 2]) })],
  ['block type 3', (signed) => emsa(info(signed), { start: Buffer.from([0, 3]) })],
  ['no block type', (signed) => emsa(info(signed), { start: Buffer.from([0]) })],
  [
    'random padding',
    (signed) =>
      Buffer.concat([
        Buffer.from([0, 1]),
        randomBytes(SIZE - 54).map((byte) => byte || 1),
        Buffer.from([0]),
        info(signed),
      ]),
  ],
  ['one padding byte of FE', (signed) => emsa(info(signed)).fill(0xfe, 100, 101)],
  [
    'no padding, the rest after the hash (Bleichenbacher 2006)',
    (signed) => emsa(info(signed), { fill: 0xff, after: Buffer.alloc(SIZE - 3 - 51) }),
  ],
  [
    'eight padding bytes, garbage after the hash',
    (signed) => emsa(info(signed), { after: randomBytes(SIZE - 3 - 51 - 8) }),
  ],
  ['one byte after the hash', (signed) => emsa(info(signed), { after: Buffer.from([0]) })],
  ['no separator', (signed) => emsa(info(signed), { separator: Buffer.alloc(0) })],
  ['a separator of FF', (signed) => emsa(info(signed), { separator: Buffer.from([0xff]) })],
  ['two separators', (signed) => emsa(info(signed), { separator: Buffer.from([0, 0]) })],
  ['no DigestInfo, the hash alone', (signed) => emsa(sha256(signed))],
  ['DigestInfo without NULL parameters', digestInfoWithoutNull],
  [
    'DigestInfo with parameters that hide garbage',
    (signed) =>
      emsa(
        Buffer.concat([
          Buffer.from('3039300d060960864801650304020105080102030405060708', 'hex'),
          Buffer.from('0420', 'hex'),
          sha256(signed),
        ]),
      ),
  ],
  [
    'DigestInfo in BER with a long length',
    (signed) => emsa(Buffer.concat([Buffer.from('308131300d060960864801650304020105000420', 'hex'), sha256(signed)])),
  ],
  [
    'DigestInfo of SHA-1 around SHA-256',
    (signed) => emsa(Buffer.concat([Buffer.from('302d300906052b0e03021a05000420', 'hex'), sha256(signed)])),
  ],
  [
    'DigestInfo of SHA-512 around SHA-256',
    (signed) => emsa(Buffer.concat([Buffer.from('3031300d060960864801650304020305000420', 'hex'), sha256(signed)])),
  ],
  ['SHA-1', (signed) => emsa(digestInfo('3021300906052b0e03021a05000414', 'sha1')(signed))],
  ['MD5', (signed) => emsa(digestInfo('3020300c06082a864886f70d020505000410', 'md5')(signed))],
  [
    'the hash cut to 16 bytes',
    (signed) =>
      emsa(
        Buffer.concat([Buffer.from('3021300d060960864801650304020105000410', 'hex'), sha256(signed).subarray(0, 16)]),
      ),
  ],
  ['the hash in reverse', (signed) => emsa(Buffer.concat([SHA256_INFO, sha256(signed).reverse()]))],
  ['the hash in hex', (signed) => emsa(Buffer.from(sha256(signed).toString('hex')))],
  [
    'the hash of the hash',
    (signed) => emsa(Buffer.concat([SHA256_INFO, createHash('sha256').update(sha256(signed)).digest()])),
  ],
  ['the hash of the payload alone', (signed) => emsa(info(signed.split('.')[1] ?? ''))],
  ['the hash of nothing', () => emsa(info(''))],
  ['nothing but zeros', () => Buffer.alloc(SIZE)],
  ['one', () => Buffer.concat([Buffer.alloc(SIZE - 1), Buffer.from([1])])],
  ['the text itself', (signed) => emsa(Buffer.from(signed.slice(0, 64)))],
];

function digestInfoWithoutNull(signed: string) {
  return emsa(
    Buffer.concat([Buffer.from('302f300b0609608648016503040201', 'hex'), Buffer.from('0420', 'hex'), sha256(signed)]),
  );
}

const modulus = (key: SigningKey) => BigInt(`0x${Buffer.from(publicJwk(key).n ?? '', 'base64url').toString('hex')}`);
const toBytes = (number: bigint, size = SIZE) => Buffer.from(number.toString(16).padStart(size * 2, '0'), 'hex');
const toNumber = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);

/** Changes of a genuine signature, and values instead of it. */
const values: [string, (signature: Buffer, key: SigningKey) => Buffer][] = [
  ['all zeros', () => Buffer.alloc(SIZE)],
  ['all ones', () => Buffer.alloc(SIZE, 0xff)],
  ['the number one', () => toBytes(1n)],
  ['the modulus', (_signature, key) => toBytes(modulus(key))],
  ['the modulus less one', (_signature, key) => toBytes(modulus(key) - 1n)],
  ['the modulus and one', (_signature, key) => toBytes(modulus(key) + 1n)],
  ['the genuine one added to the modulus', (signature, key) => toBytes(toNumber(signature) + modulus(key), SIZE + 1)],
  ['the modulus less the genuine one', (signature, key) => toBytes(modulus(key) - toNumber(signature))],
  ['the genuine one with a zero before it', (signature) => Buffer.concat([Buffer.alloc(1), signature])],
  ['the genuine one with a zero after it', (signature) => Buffer.concat([signature, Buffer.alloc(1)])],
  ['the genuine one twice', (signature) => Buffer.concat([signature, signature])],
  ['the genuine one without its first byte', (signature) => signature.subarray(1)],
  ['the genuine one without its last byte', (signature) => signature.subarray(0, -1)],
  ['the first half of the genuine one', (signature) => signature.subarray(0, SIZE / 2)],
  ['the genuine one in reverse', (signature) => Buffer.from(signature).reverse()],
  ['the genuine one with its first bit changed', (signature) => toBytes(toNumber(signature) ^ (1n << 2047n))],
  ['the genuine one with its last bit changed', (signature) => toBytes(toNumber(signature) ^ 1n)],
  [
    'the genuine one raised to the public power',
    (signature, key) => publicDecrypt({ key: publicKeyOf(key), padding: constants.RSA_NO_PADDING }, signature),
  ],
  ['one byte', () => Buffer.from([1])],
  ['1 KB of random bytes', () => randomBytes(1024)],
  ['4 KB of zeros', () => Buffer.alloc(4096)],
  ['DER of an ECDSA signature', () => Buffer.from('3006020101020101', 'hex')],
  ['an ECDSA signature of zeros (CVE-2022-21449)', () => Buffer.alloc(64)],
  ['text', () => Buffer.from('RS256')],
  ['the genuine one in base64', (signature) => Buffer.from(signature.toString('base64'))],
  ['the genuine one in hex', (signature) => Buffer.from(signature.toString('hex'))],
  ['the public key', (_signature, key) => publicKeyOf(key).export({ type: 'spki', format: 'der' })],
];

const borrowed: Attack[] = [
  [
    'of another token of the same caller',
    ({ customers }) => changeSegment(customers.accessToken(), 2, () => customers.idToken().split('.')[2] ?? ''),
  ],
  [
    'over another payload',
    ({ customers }) =>
      changeSegment(customers.accessToken(), 1, () => customers.accessToken({ username: 'chef' }).split('.')[1] ?? ''),
  ],
  [
    'over another header',
    ({ customers }) =>
      changeSegment(customers.accessToken(), 0, () =>
        Buffer.from(JSON.stringify({ alg: 'RS256', kid: customers.key.kid })).toString('base64url'),
      ),
  ],
  [
    "of another pool's token",
    ({ customers, staff }) => changeSegment(customers.accessToken(), 2, () => staff.accessToken().split('.')[2] ?? ''),
  ],
  [
    'over the segments in reverse order',
    ({ customers }) => {
      const [head, payload, signature] = customers.accessToken().split('.');
      return [payload, head, signature].join('.');
    },
  ],
  [
    'where the payload belongs',
    ({ customers }) => {
      const [head, payload, signature] = customers.accessToken().split('.');
      return [head, signature, payload].join('.');
    },
  ],
];

const forged = encodings.map(([name, encoding]): Attack => [
  name,
  ({ customers }) =>
    compact(header(customers), customers.accessClaims(), (signed) => rsa(customers.key, encoding(signed))),
]);
const replaced = values.map(([name, change]): Attack => [
  name,
  ({ customers }) =>
    changeSegment(customers.accessToken(), 2, (segment) =>
      change(Buffer.from(segment, 'base64url'), customers.key).toString('base64url'),
    ),
]);

describe.each<[string, Attack[]]>([
  ['another encoding, signed with the genuine key', forged],
  ['another value of the signature', replaced],
  ['a genuine signature of something else', borrowed],
])('%s', (_class, attacks) => {
  testRefusals(target, attacks);
});
