import { expect, test } from '@jest/globals';
import type { ManagedLogin } from '../../../app/platform/contract/managed-login.js';
import { assertAccess } from '../../../app/platform/contract/assert-access.js';
import { COMMAND_CALLBACK_URLS } from '../../../app/platform/contract/command-callbacks.js';
import { pageOrigins } from '../../../app/platform/contract/page-origins.js';
import { defineAccess } from '../../../app/platform/contract/pools.js';

function declare(managedLogin: Partial<ManagedLogin>) {
  const complete = { callbackUrls: ['https://app.example.com/'] as const, ...managedLogin };
  const access = defineAccess('fixture-api', {
    staff: { scopes: { 'items.write': 'Add items.' }, managedLogin: complete },
  });
  assertAccess(access);
  return access;
}

test('the public client of a pool carries its managed login', () => {
  const managedLogin: ManagedLogin = {
    callbackUrls: [
      'https://app.example.com/',
      'https://app.example.com:8443/back?from=login',
      'http://localhost:5173/',
      'http://127.0.0.1',
      'http://[::1]/back',
      'com.example.app:/back',
      'myapp://back',
    ],
    logoutUrls: ['https://app.example.com/out'],
    scopes: ['openid', 'fixture-api/items.write'],
    rotationGraceSeconds: 60,
  };
  expect(declare(managedLogin).document['staff']?.clients['public']).toEqual({
    type: 'people',
    secret: false,
    managedLogin,
  });
});

test('pages that people return to may call the API: their exact origins, each once, and neither the command nor apps', () => {
  const callbackUrls = [
    'https://app.example.com/',
    'https://APP.example.com:443/back?from=login',
    'https://app.example.com:8443',
    'http://localhost:5173/?tenant=1',
    'http://[::1]:5173/',
    'com.example.app:/back',
    ...COMMAND_CALLBACK_URLS,
  ] as const;
  const { document } = defineAccess('fixture-api', {
    customers: { managedLogin: { callbackUrls, logoutUrls: ['https://elsewhere.example.com/'] } },
    staff: { managedLogin: { callbackUrls: ['https://app.example.com/desk', 'https://desk.example.com/'] } },
    others: {},
  });
  expect(pageOrigins(document)).toEqual([
    'https://app.example.com',
    'https://app.example.com:8443',
    'http://localhost:5173',
    'http://[::1]:5173',
    'https://desk.example.com',
  ]);
});

const COUNT = 'managed login takes 1 to 100 addresses to return to with a code, and up to 100 to return to signed out.';
const GRACE = 'a refresh token works for 0 to 60 whole seconds after another took its place.';
const hundredOne = Array.from({ length: 101 }, (_, index) => `https://app.example.com/${index}`);

test.each<[string, object, string]>([
  ['no address', { callbackUrls: [] }, COUNT],
  ['101 addresses', { callbackUrls: hundredOne }, COUNT],
  ['101 addresses for signing out', { logoutUrls: hundredOne }, COUNT],
  ['a grace of 61 seconds', { rotationGraceSeconds: 61 }, GRACE],
  ['half a second of grace', { rotationGraceSeconds: 0.5 }, GRACE],
  [
    'scopes that the pool does not declare',
    { scopes: ['openid', 'items.write', 'fixture-api/items.read'] },
    'no such scope: items.write, fixture-api/items.read. Managed login gives openid, email, phone, profile, aws.cognito.signin.user.admin, and what the pool declares, written RESOURCE_SERVER/NAME.',
  ],
])('%s is refused', (_what, managedLogin, sentence) => {
  expect(() => declare(managedLogin)).toThrow(`Pool staff: ${sentence}`);
});

const RULE =
  "an address is absolute, has no fragment and no space, and is https://, an app's own scheme, or http:// on localhost, 127.0.0.1 or [::1].";

const REFUSED = [
  'http://app.example.com/',
  'http://localhost.example.com/',
  'http://127.0.0.1@example.com/',
  'https://app.example.com/#back',
  'https://*.example.com/',
  'https://app.example.com/a b',
  'https://',
  '/back',
  'app.example.com',
  'myapp:back',
  'HTTP://app.example.com/',
  `https://app.example.com/${'a'.repeat(1001)}`,
];

test.each(REFUSED.map((address) => [address.slice(0, 40), address]))('the address %s is refused', (_start, address) => {
  for (const managedLogin of [{ callbackUrls: [address] as const }, { logoutUrls: [address] }]) {
    expect(() => declare(managedLogin)).toThrow(`Pool staff: managed login can't return to ${address}: ${RULE}`);
  }
});
