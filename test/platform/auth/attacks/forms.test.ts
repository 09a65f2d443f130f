import { createPublicKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { CompactEncrypt } from 'jose';
import { encode, signJwt } from '../../../harness/issuer.js';
import { expectRefused, openTarget, testRefusals, type Attack, type Code } from '../../../harness/http-target.js';
import { changeSegment, header } from './forge.js';

const target = openTarget();

const segment = encode({ alg: 'RS256' });
const segments: Attack[] = [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].flatMap((count): Attack[] => [
  [`${count} segments`, () => Array.from({ length: count }, () => segment).join('.')],
  [
    `${count} segments, the first of them a genuine token's`,
    ({ customers }) =>
      [...customers.accessToken().split('.'), ...Array.from({ length: 16 }, () => segment)].slice(0, count).join('.'),
  ],
]);

const dots: Attack[] = [
  ...['.', '..', '...', '.a', 'a.', 'a..', '.a.', '..a', 'a..a', '.a.a', 'a.a.'].map((text): Attack => [
    JSON.stringify(text),
    () => text,
  ]),
  ['a dot before the token', ({ customers }) => `.${customers.accessToken()}`],
  ['a dot after the token', ({ customers }) => `${customers.accessToken()}.`],
  ['two dots between header and payload', ({ customers }) => customers.accessToken().replace('.', '..')],
  ['no dot before the signature', ({ customers }) => customers.accessToken().replace(/\.([^.]*)$/, '$1')],
  ['a full-width dot', ({ customers }) => customers.accessToken().replace('.', '%EF%BC%8E')],
  ['dots alone, 8 KB of them', () => '.'.repeat(8192)],
];

const json = (token: string) => {
  const [head, payload, signature] = token.split('.');
  return { payload, protected: head, signature };
};

const otherForms: Attack[] = [
  ['a JWS in flattened JSON, base64url', ({ customers }) => encode(json(customers.accessToken()))],
  [
    'a JWS in general JSON, base64url',
    ({ customers }) => {
      const { payload, ...rest } = json(customers.accessToken());
      return encode({ payload, signatures: [rest] });
    },
  ],
  ['a detached payload', ({ customers }) => changeSegment(customers.accessToken(), 1, () => '')],
  [
    'a token in a token',
    ({ customers }) => signJwt(header(customers, { cty: 'JWT' }), customers.accessToken(), customers.key),
  ],
  [
    'a token in a token without cty',
    ({ customers }) => signJwt(header(customers), customers.accessToken(), customers.key),
  ],
  [
    'a token in a claim',
    ({ customers }) => signJwt(header(customers), { jwt: customers.accessToken() }, customers.key),
  ],
  [
    'a token in its own header',
    ({ customers }) =>
      signJwt(
        header(customers, { alg: 'none', jwt: customers.accessToken() }),
        customers.accessClaims(),
        customers.key,
      ),
  ],
  ['a token in base64url', ({ customers }) => encode(customers.accessToken())],
  ['a token in quotes', ({ customers }) => `"${customers.accessToken()}"`],
  ['a token in single quotes', ({ customers }) => `'${customers.accessToken()}'`],
  ['a token in angle brackets', ({ customers }) => `<${customers.accessToken()}>`],
  ['a token in a template', ({ customers }) => `\${${customers.accessToken()}}`],
  ['token= before it', ({ customers }) => `token=${customers.accessToken()}`],
  ['a colon before it', ({ customers }) => `:${customers.accessToken()}`],
  ['an SD-JWT', ({ customers }) => `${customers.accessToken()}~${encode(['salt', 'name', 'value'])}~`],
  ['two tokens joined by a dot', ({ customers }) => `${customers.accessToken()}.${customers.idToken()}`],
  ['two tokens joined by nothing', ({ customers }) => customers.accessToken() + customers.idToken()],
  ['two tokens joined by a semicolon', ({ customers }) => `${customers.accessToken()};${customers.idToken()}`],
  ...[
    'v4.public.eyJkYXRhIjoidGhpcyJ9',
    'PHNhbWw+',
    '3f2b7f0e-5c1d-4a7e-9f59-9a2d1c1b7c11',
    'null',
    'undefined',
    'true',
    'false',
    '0',
    '{}',
    '[]',
    '[object%20Object]',
    'Bearer',
    '__proto__',
    '../../../etc/passwd',
    '%00',
    '%s%s%n',
    '${jndi:ldap://127.0.0.1/a}',
    '<script>alert(1)</script>',
    "'OR'1'='1",
    '$(reboot)',
    '\u00ff\u00fe',
    'AKIAIOSFODNN7EXAMPLE',
  ].map((text): Attack => [JSON.stringify(text), () => text]),
];

const sizes: Attack[] = [
  ...[8193, 9_000, 12_000, 15_000].map((length): Attack => [
    `${length} characters of one segment`,
    () => 'a'.repeat(length),
  ]),
  ...[8193, 12_000, 15_000].map((length): Attack => [
    `a genuine token of ${length} characters or a few more`,
    ({ customers }) => {
      const spare = length - customers.accessToken({ pad: '' }).length;
      return customers.accessToken({ pad: 'x'.repeat(Math.ceil((spare * 3) / 4) + 2) });
    },
  ]),
  [
    '8 KB of brackets in the payload',
    ({ customers }) => signJwt(header(customers), `{"a":${'['.repeat(2600)}${']'.repeat(2600)}}`, customers.key),
  ],
  [
    '8 KB of objects in the payload',
    ({ customers }) => signJwt(header(customers), `${'{"a":'.repeat(800)}1${'}'.repeat(800)}`, customers.key),
  ],
  [
    '8 KB of brackets in the header',
    ({ customers }) => signJwt(`{"a":${'['.repeat(2400)}${']'.repeat(2400)}}`, {}, customers.key),
  ],
  [
    '8 KB of members in the payload',
    ({ customers }) =>
      signJwt(
        header(customers),
        Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at])),
        customers.key,
      ),
  ],
  [
    'a number of 5,000 digits',
    ({ customers }) => signJwt(header(customers), `{"exp":${'9'.repeat(5000)}}`, customers.key),
  ],
];

describe.each<[string, Attack[]]>([
  ['number of segments', segments],
  ['dots', dots],
  ['another form', otherForms],
  ['size', sizes],
])('%s', (_class, attacks) => {
  testRefusals(target, attacks);
});

describe('encryption', () => {
  test.each([
    ['a JWE with the public key around a genuine token', 'JWT', {}],
    ['a JWE that calls itself RS256', 'JWT', { kid: true }],
    ['a JWE with a compressed content', undefined, { zip: 'DEF' }],
  ])('%s', async (_name, cty, extra) => {
    const { customers } = target.api;
    const jwe = await new CompactEncrypt(Buffer.from(customers.accessToken()))
      .setProtectedHeader({
        alg: 'RSA-OAEP-256',
        enc: 'A128GCM',
        ...(cty && { cty }),
        ...('kid' in extra && { kid: customers.key.kid }),
      })
      .encrypt(createPublicKey(customers.key.privateKey));
    const token =
      'zip' in extra ? changeSegment(jwe, 0, () => encode({ alg: 'RSA-OAEP-256', enc: 'A128GCM', zip: 'DEF' })) : jwe;
    expectRefused(target, await target.get(token));
  });
});

describe('white space and commas: more than one token', () => {
  const malformed: [string, (token: string) => string, Code?][] = [
    ['a space in the middle', (token) => `${token.slice(0, 50)} ${token.slice(50)}`],
    ['a tab in the middle', (token) => `${token.slice(0, 50)}\t${token.slice(50)}`],
    ['a tab after the scheme and space', (token) => `\t${token}`],
    ['a comma after it', (token) => `${token},`],
    ['a comma before it', (token) => `,${token}`],
    ['a comma in the middle', (token) => `${token.slice(0, 50)},${token.slice(50)}`],
    ['a second token', (token) => `${token} ${token}`],
    ['a parameter after it', (token) => `${token} realm="fixture-api"`],
    ['a parameter joined by a comma', (token) => `${token}, realm="fixture-api"`],
    ['the scheme twice', (token) => `Bearer ${token}`],
    ['nothing but commas', () => ',,,'],
  ];
  test.each(malformed)('%s', async (_name, change) => {
    expectRefused(target, await target.get(change(target.api.customers.accessToken())), 'request_malformed');
  });
});

test.each([16_384, 65_536, 1_048_576])('a token of %d characters is refused before it is read', async (length) => {
  const answer = await target.raw(`GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(length)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(answer).toContain('"code":"headers_too_large"');
  expect((await target.get(target.api.customers.accessToken())).status).toBe(200);
});
