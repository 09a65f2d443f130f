import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSigningKey, publicJwk, signJwt } from '../../../harness/issuer.js';
import { openTarget, testRefusals, type Attack } from '../../../harness/http-target.js';
import { compact, header, publicKeyOf, signature } from './forge.js';

const target = openTarget();
const forger = createSigningKey();

/** Where `jku` and `x5u` of the forged tokens point: it publishes the forger's key. */
let trap: Server;
let trapUrl: string;
let visits = 0;
beforeAll(async () => {
  trap = createServer((_request, response) => {
    visits += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [publicJwk(forger)] }));
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/jwks.json`;
});
afterAll(async () => {
  await new Promise((resolve) => trap.close(resolve));
});

/** The genuine key signs a header that is not acceptable. */
const signedGenuinely = (name: string, overrides: object): Attack => [
  name,
  ({ customers }) => signJwt(header(customers, overrides), customers.accessClaims(), customers.key),
];

const kids: Attack[] = [
  ...(
    [
      ['missing', undefined],
      ['null', null],
      ['a number', 1],
      ['true', true],
      ['an empty list', []],
      ['an object', { kid: 'x' }],
      ['empty', ''],
      ['a path traversal', '../../../../dev/null'],
      ['a file URL', 'file:///dev/null'],
      ['SQL', "' UNION SELECT 'secret' -- "],
      ['a shell command', '| /bin/true'],
      ['__proto__', '__proto__'],
      ['constructor', 'constructor'],
      ['toString', 'toString'],
      ['a NUL', '\0'],
      ['a line break', 'a\r\nX-Injected: 1'],
      ['a lone surrogate', '\uD800'],
      ['an emoji', '🙂'],
      ['4 KB long', 'k'.repeat(4096)],
      ['made up', '3f2b7f0e-5c1d-4a7e-9f59-9a2d1c1b7c11'],
    ] as const
  ).map(([name, kid]) => signedGenuinely(`kid ${name}`, { kid })),
  ...(
    [
      ['in upper case', (kid: string) => kid.toUpperCase()],
      ['with a space after it', (kid: string) => `${kid} `],
      ['with a space before it', (kid: string) => ` ${kid}`],
      ['with a NUL after it', (kid: string) => `${kid}\0`],
      ['with a slash after it', (kid: string) => `${kid}/`],
      ['cut short', (kid: string) => kid.slice(0, -1)],
      ['in a list', (kid: string) => [kid]],
      ['with a zero-width space', (kid: string) => `${kid}\u200B`],
    ] as const
  ).map(([name, change]): Attack => [
    `the genuine kid ${name}`,
    ({ customers }) =>
      signJwt(header(customers, { kid: change(customers.key.kid) }), customers.accessClaims(), customers.key),
  ]),
  [
    "the genuine kid, the forger's signature",
    ({ customers }) => signJwt(header(customers), customers.accessClaims(), forger),
  ],
  [
    "another pool's kid and signature",
    ({ customers, staff }) => signJwt(header(staff), customers.accessClaims(), staff.key),
  ],
  [
    "another pool's kid, the genuine signature",
    ({ customers, staff }) => signJwt(header(staff), customers.accessClaims(), customers.key),
  ],
  [
    "the genuine kid, another pool's signature",
    ({ customers, staff }) => signJwt(header(customers), customers.accessClaims(), staff.key),
  ],
];

const carried = (
  [
    ['jku', () => trapUrl],
    ['jku on https', () => trapUrl.replace('http', 'https')],
    ['jku that begins like the genuine one', () => `${target.api.customers.pool.jwksUri}@${new URL(trapUrl).host}/`],
    ['jku as data URL', () => `data:application/json,${JSON.stringify({ keys: [publicJwk(forger)] })}`],
    ['x5u', () => trapUrl],
    ['x5c', () => [publicKeyOf(forger).export({ type: 'spki', format: 'der' }).toString('base64')]],
    ['x5t', () => 'AAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['x5t#S256', () => 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['jwk', () => publicJwk(forger)],
    ['jwk with the genuine kid', () => ({ ...publicJwk(forger), kid: target.api.customers.key.kid })],
    ['jwks', () => ({ keys: [publicJwk(forger)] })],
    ['epk', () => publicJwk(forger)],
    ['key', () => publicKeyOf(forger).export({ type: 'spki', format: 'pem' })],
    ['iss and jku', () => trapUrl],
  ] as const
).flatMap(([name, value]): Attack[] => {
  const member = name.split(' ', 1)[0] ?? name;
  const forge =
    (kid: (api: { customers: { key: { kid: string } } }) => unknown): Attack[1] =>
    (api) =>
      signJwt({ alg: 'RS256', kid: kid(api), [member]: value() }, api.customers.accessClaims(), forger);
  return [
    [`${name} of the forger, the genuine kid`, forge(({ customers }) => customers.key.kid)],
    [`${name} of the forger, the forger's kid`, forge(() => forger.kid)],
    [`${name} of the forger, no kid`, forge(() => undefined)],
  ];
});

const extensions: Attack[] = [
  ...[[], ['exp'], ['b64'], ['kid', 'alg'], ['http://example.com/unknown'], [''], [1], 'exp', null, {}, true, 0].map(
    (crit) => signedGenuinely(`crit ${JSON.stringify(crit)}`, { crit }),
  ),
  signedGenuinely('crit that names a member that is present', { crit: ['exp'], exp: 9_999_999_999 }),
  ...[true, false, null, 'false', 0].map((b64) => signedGenuinely(`b64 ${JSON.stringify(b64)}`, { b64 })),
  [
    'b64 false, the payload not encoded',
    ({ customers }) => {
      const head = { ...header(customers), b64: false, crit: ['b64'] };
      const payload = Buffer.from(JSON.stringify(customers.accessClaims()));
      const token = compact(head, payload.toString(), signature('sha256', customers.key.privateKey)).split('.');
      return [token[0], payload.toString('hex'), token[2]].join('.');
    },
  ],
  ...['DEF', 'GZIP', '', null, true].map((zip) => signedGenuinely(`zip ${JSON.stringify(zip)}`, { zip })),
  ...['JWT', 'jwt', 'application/json', '', null].map((cty) => signedGenuinely(`cty ${JSON.stringify(cty)}`, { cty })),
  ...[
    'JWE',
    'JOSE',
    'JOSE+JSON',
    'application/jwt',
    'application/at+jwt',
    'at+jwt ',
    ' JWT',
    'JWT\n',
    'JWT,at+jwt',
    'JW\u0166',
    'dpop+jwt',
    'logout+jwt',
    'secevent+jwt',
    'oauth-authz-req+jwt',
    'sd-jwt',
    '',
    null,
    1,
    true,
    ['JWT'],
    { JWT: true },
  ].map((typ) => signedGenuinely(`typ ${JSON.stringify(typ)}`, { typ })),
];

describe.each<[string, Attack[]]>([
  ['which key', kids],
  ['a key that the token carries', carried],
  ['extensions', extensions],
])('%s', (_class, attacks) => {
  testRefusals(target, attacks);
});

test('no token caused a request to where it pointed', () => {
  expect([visits, target.unexpectedConnections]).toEqual([0, []]);
});
