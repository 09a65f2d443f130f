import { constants, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe } from '@jest/globals';
import { publicJwk, type Issuer } from '../../../harness/issuer.js';
import { openTarget, testRefusals, type Attack } from '../../../harness/http-target.js';
import { compact, header, hmac, publicKeyOf, signature } from './forge.js';

const target = openTarget();

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const foreignKeys = {
  P256: ec('P-256'),
  P384: ec('P-384'),
  P521: ec('P-521'),
  secp256k1: ec('secp256k1'),
  Ed25519: generateKeyPairSync('ed25519').privateKey,
  Ed448: generateKeyPairSync('ed448').privateKey,
};

const nones: [string, unknown][] = [
  ...[
    'none',
    'None',
    'NONE',
    'nOnE',
    'none ',
    ' none',
    'none\0',
    'n\u043Ene',
    'ｎｏｎｅ',
    'no\u200Bne',
    'null',
    'plain',
    '',
  ].map((alg): [string, unknown] => [JSON.stringify(alg), alg]),
  ['missing', undefined],
  ['null', null],
  ['false', false],
  ['true', true],
  ['0', 0],
  ['256', 256],
  ['an empty list', []],
  ['a list with none', ['none']],
  ['a list with RS256', ['RS256']],
  ['an empty object', {}],
  ['an object that names RS256', { alg: 'RS256' }],
];

const withoutSignature = nones.flatMap(([name, alg]): Attack[] => [
  [`${name}, no signature`, ({ customers }) => compact(header(customers, { alg }), customers.accessClaims(), () => '')],
  [
    `${name}, a signature of one zero`,
    ({ customers }) => compact(header(customers, { alg }), customers.accessClaims(), () => '\0'),
  ],
  [
    `${name}, signed with the genuine key`,
    ({ customers }) =>
      compact(header(customers, { alg }), customers.accessClaims(), signature('sha256', customers.key.privateKey)),
  ],
]);

const misspelt = [
  'rs256',
  'Rs256',
  'rS256',
  'RS256 ',
  ' RS256',
  'RS256\n',
  'RS-256',
  'RS_256',
  'RS256,none',
  'RS256\0',
  'R\u017F256',
  'RS２５６',
  'SHA256withRSA',
  'RSA-SHA256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
].map((alg): Attack => [
  JSON.stringify(alg),
  ({ customers }) =>
    compact(header(customers, { alg }), customers.accessClaims(), signature('sha256', customers.key.privateKey)),
]);

const secrets: [string, (issuer: Issuer) => Buffer | string][] = [
  ['SPKI PEM', ({ key }) => publicKeyOf(key).export({ type: 'spki', format: 'pem' })],
  [
    'SPKI PEM without its final newline',
    ({ key }) => publicKeyOf(key).export({ type: 'spki', format: 'pem' }).toString().trim(),
  ],
  [
    'SPKI PEM with CRLF',
    ({ key }) => publicKeyOf(key).export({ type: 'spki', format: 'pem' }).toString().replaceAll('\n', '\r\n'),
  ],
  [
    'SPKI PEM on one line',
    ({ key }) => publicKeyOf(key).export({ type: 'spki', format: 'pem' }).toString().replaceAll('\n', ''),
  ],
  ['SPKI PEM body', ({ key }) => publicKeyOf(key).export({ type: 'spki', format: 'der' }).toString('base64')],
  ['SPKI DER', ({ key }) => publicKeyOf(key).export({ type: 'spki', format: 'der' })],
  ['PKCS 1 PEM', ({ key }) => publicKeyOf(key).export({ type: 'pkcs1', format: 'pem' })],
  ['PKCS 1 DER', ({ key }) => publicKeyOf(key).export({ type: 'pkcs1', format: 'der' })],
  ['JWK', ({ key }) => JSON.stringify(publicJwk(key))],
  ['JWKS', ({ key }) => JSON.stringify({ keys: [publicJwk(key)] })],
  ['modulus in base64url', ({ key }) => publicJwk(key).n ?? ''],
  ['modulus in bytes', ({ key }) => Buffer.from(publicJwk(key).n ?? '', 'base64url')],
  ['modulus in hex', ({ key }) => Buffer.from(publicJwk(key).n ?? '', 'base64url').toString('hex')],
  ['kid', ({ key }) => key.kid],
  ['client id', ({ clientId }) => clientId],
  ['issuer', ({ pool }) => pool.issuer],
  ['empty secret', () => ''],
];

const withHmac = secrets.flatMap(([name, secret]) =>
  ['HS256', 'HS384', 'HS512', 'RS256'].map((alg): Attack => [
    `${alg} in the header, HMAC with the public key as ${name}`,
    ({ customers }) =>
      compact(
        header(customers, { alg }),
        customers.accessClaims(),
        hmac(`sha${alg === 'RS256' ? 256 : alg.slice(2)}`, secret(customers)),
      ),
  ]),
);

const otherHashes: Attack[] = (['sha1', 'sha224', 'sha384', 'sha512', 'sha3-256', 'ripemd160', 'md5'] as const).map(
  (hash) => [
    `RS256 in the header, signed over ${hash}`,
    ({ customers }) => compact(header(customers), customers.accessClaims(), signature(hash, customers.key.privateKey)),
  ],
);

const otherRsa: Attack[] = [
  ...(
    [
      ['RS1', 'sha1'],
      ['RS384', 'sha384'],
      ['RS512', 'sha512'],
    ] as const
  ).map(([alg, hash]): Attack => [
    `${alg}, signed as it says`,
    ({ customers }) =>
      compact(header(customers, { alg }), customers.accessClaims(), signature(hash, customers.key.privateKey)),
  ]),
  ...(['256', '384', '512'] as const).flatMap((bits): Attack[] => [
    [
      `PS${bits}, signed as it says`,
      ({ customers }) =>
        compact(
          header(customers, { alg: `PS${bits}` }),
          customers.accessClaims(),
          signature(`sha${bits}`, customers.key.privateKey, true),
        ),
    ],
    [
      `RS256 in the header, signed as PS${bits}`,
      ({ customers }) =>
        compact(header(customers), customers.accessClaims(), signature(`sha${bits}`, customers.key.privateKey, true)),
    ],
  ]),
  [
    'PS256 with a salt of no bytes under RS256',
    ({ customers }) =>
      compact(header(customers), customers.accessClaims(), (signed) =>
        sign('sha256', Buffer.from(signed), {
          key: customers.key.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 0,
        }),
      ),
  ],
];

const otherKinds = (
  [
    ['ES256', 'P256', 'sha256'],
    ['ES384', 'P384', 'sha384'],
    ['ES512', 'P521', 'sha512'],
    ['ES256K', 'secp256k1', 'sha256'],
    ['EdDSA', 'Ed25519', null],
    ['Ed25519', 'Ed25519', null],
    ['EdDSA', 'Ed448', null],
  ] as const
).flatMap(([alg, key, hash]): Attack[] => {
  const jwk = createPublicKey(foreignKeys[key]).export({ format: 'jwk' });
  return [
    [
      `${alg} with a foreign key on ${key}`,
      ({ customers }) =>
        compact(header(customers, { alg }), customers.accessClaims(), signature(hash, foreignKeys[key])),
    ],
    [
      `${alg} with a key on ${key} that the token carries`,
      ({ customers }) =>
        compact(header(customers, { alg, jwk }), customers.accessClaims(), signature(hash, foreignKeys[key])),
    ],
    [
      `RS256 in the header, signed by ${alg} on ${key}`,
      ({ customers }) => compact(header(customers), customers.accessClaims(), signature(hash, foreignKeys[key])),
    ],
  ];
});

describe.each<[string, Attack[]]>([
  ['no algorithm', withoutSignature],
  ['RS256 misspelt', misspelt],
  ['HMAC', withHmac],
  ['another hash', otherHashes],
  ['another RSA algorithm', otherRsa],
  ['elliptic curves', otherKinds],
])('%s', (_class, attacks) => {
  testRefusals(target, attacks);
});
