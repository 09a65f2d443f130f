import { describe } from '@jest/globals';
import { openTarget, testRefusals, type Attack, type Code } from '../../../harness/http-target.js';
import { compact, header, signature } from './forge.js';

const target = openTarget();
const now = Math.floor(Date.now() / 1000);

const access = (name: string, claims: object, code?: Code): Attack =>
  [name, ({ customers }) => customers.accessToken(claims), ...(code ? [code] : [])] as Attack;
const id = (name: string, claims: object, code?: Code): Attack =>
  [name, ({ customers }) => customers.idToken(claims), ...(code ? [code] : [])] as Attack;

const clientForms: [string, (clientId: string) => unknown][] = [
  ['missing', () => undefined],
  ['null', () => null],
  ['empty', () => ''],
  ['a number', () => 1],
  ['true', () => true],
  ['in a list', (clientId) => [clientId]],
  ['in a list of two', (clientId) => [clientId, 'other']],
  ['in an object', (clientId) => ({ [clientId]: true })],
  ['in upper case', (clientId) => clientId.toUpperCase().replace(/^\d+$/, 'X')],
  ['with a space after it', (clientId) => `${clientId} `],
  ['with a NUL after it', (clientId) => `${clientId}\0`],
  ['one character short', (clientId) => clientId.slice(0, -1)],
  ['one character long', (clientId) => `${clientId}a`],
  ['twice with a comma', (clientId) => `${clientId},${clientId}`],
  ['a star', () => '*'],
  ['__proto__', () => '__proto__'],
];

const clients: Attack[] = [
  ...clientForms.map(([name, change]): Attack => [
    `client_id ${name}`,
    ({ customers }) => customers.accessToken({ client_id: change(customers.clientId) }),
  ]),
  ...clientForms.map(([name, change]): Attack => [
    `aud ${name}`,
    ({ customers }) => customers.idToken({ aud: change(customers.clientId) }),
  ]),
  [
    "client_id of another pool's client",
    ({ customers, staff }) => customers.accessToken({ client_id: staff.clientId }),
  ],
  ["aud of another pool's client", ({ customers, staff }) => customers.idToken({ aud: staff.clientId })],
  [
    'an access token with the client in aud alone',
    ({ customers }) => customers.accessToken({ client_id: undefined, aud: customers.clientId }),
  ],
  [
    'an ID token with the client in client_id alone',
    ({ customers }) => customers.idToken({ aud: undefined, client_id: customers.clientId }),
  ],
  [
    'an ID token with the client in azp alone',
    ({ customers }) => customers.idToken({ aud: 'other', azp: customers.clientId }),
  ],
  [
    'an access token of an unknown client, ours in aud',
    ({ customers }) => customers.accessToken({ client_id: 'other', aud: customers.clientId }),
  ],
];

const uses: Attack[] = [
  ...[
    undefined,
    null,
    '',
    'refresh',
    'Access',
    'ACCESS',
    'ID',
    'Id',
    'access ',
    ' access',
    'access\0',
    'access,id',
    'accessid',
    '\u0430ccess',
    ['access'],
    ['id'],
    ['access', 'id'],
    { access: true },
    0,
    1,
    true,
  ].map((token_use) => access(`token_use ${JSON.stringify(token_use) ?? 'missing'}`, { token_use })),
  access('an access token that calls itself an ID token', { token_use: 'id' }),
  id('an ID token that calls itself an access token', { token_use: 'access' }),
  access('an access token whose token_use is in typ', { token_use: undefined, typ: 'access' }),
];

const people: Attack[] = [
  ...[undefined, null, '', 0, 1, true, [], ['a'], {}].map((sub) =>
    access(`sub ${JSON.stringify(sub) ?? 'missing'}`, { sub }),
  ),
  ...[null, '', 1, true, [], {}].map((username) => access(`username ${JSON.stringify(username)}`, { username })),
  ...[null, '', 1, ['regular']].map((username) =>
    id(`cognito:username ${JSON.stringify(username)}`, { 'cognito:username': username }),
  ),
  ...[
    null,
    'chefs',
    '[chefs waiters]',
    1,
    true,
    { 0: 'chefs', length: 1 },
    [1],
    [null],
    [['chefs']],
    ['chefs', {}],
  ].map((groups) => access(`cognito:groups ${JSON.stringify(groups)}`, { 'cognito:groups': groups })),
  ...[null, 1, true, [], ['fixture-api/items.write'], {}].map((scope) =>
    access(`scope ${JSON.stringify(scope)}`, { scope }),
  ),
];

const notADate = [
  null,
  '',
  '9999999999',
  'never',
  'NaN',
  'Infinity',
  true,
  false,
  [],
  [9_999_999_999],
  {},
  -1,
  -0.5,
  -1e308,
  1e308,
  8.64e15,
];

/** JSON numbers that JavaScript reads as infinite, and values that are no dates. */
function malformed(claim: string): Attack[] {
  const infinite = ['1e309', '-1e309', '1E400'].map((text): Attack => [
    `${claim} ${text}`,
    ({ customers }) => {
      const payload = JSON.stringify(customers.accessClaims({ [claim]: 'HERE' })).replace('"HERE"', text);
      return compact(header(customers), payload, signature('sha256', customers.key.privateKey));
    },
  ]);
  return notADate.map((value) => access(`${claim} ${JSON.stringify(value)}`, { [claim]: value })).concat(infinite);
}

const times: Attack[] = [
  access('exp missing', { exp: undefined }),
  access('iat missing', { iat: undefined }),
  id('exp missing from an ID token', { exp: undefined }),
  id('iat missing from an ID token', { iat: undefined }),
  ...['exp', 'iat', 'nbf'].flatMap(malformed),
  ...[0, 1, now - 3600, now - 1, now, now - 0.5].map((exp, at) =>
    access(
      `exp past, ${['the epoch', 'a second after it', 'an hour', 'a second', 'this second', 'half a second'][at]}`,
      { exp },
      'token_expired',
    ),
  ),
  id('an ID token that expired', { exp: now - 1 }, 'token_expired'),
  ...['iat', 'nbf'].flatMap((claim) =>
    [60, 3600, 1e9].map((ahead) =>
      access(`${claim} ${ahead} s ahead`, { [claim]: now + ahead }, 'token_not_yet_valid'),
    ),
  ),
  access('both expired and not yet valid', { exp: now - 10, iat: now + 3600 }, 'token_expired'),
];

describe.each<[string, Attack[]]>([
  ['clients', clients],
  ['token_use', uses],
  ['identity and rights', people],
  ['times', times],
])('%s, signed with the genuine key', (_class, attacks) => {
  testRefusals(target, attacks);
});
