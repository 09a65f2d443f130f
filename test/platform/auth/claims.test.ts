import { describe, expect, test } from '@jest/globals';
import { principalFrom } from '../../../app/platform/auth/claims.js';
import { createPool, type TokenUse } from '../../../app/platform/auth/pool.js';
import type { Problem } from '../../../app/platform/http/problem.js';

const NOW = 1_700_000_000;
const poolOf = (tokenUse: readonly TokenUse[] = ['access', 'id']) =>
  createPool('customers', { userPoolId: 'eu-west-1_Abc', clientIds: ['one', 'two'], tokenUse });

const access = {
  sub: 'subject',
  token_use: 'access',
  client_id: 'two',
  username: 'regular',
  scope: 'openid email',
  'cognito:groups': ['chefs', 'waiters'],
  iat: NOW - 60,
  exp: NOW + 600,
};
const id = {
  sub: 'subject',
  token_use: 'id',
  aud: 'one',
  'cognito:username': 'regular',
  iat: NOW - 60,
  exp: NOW + 600,
};

const accept = (claims: object, pool = poolOf()) => principalFrom(claims as never, pool, NOW);

/** The reason of the refusal. */
function refuse(claims: object, pool = poolOf()) {
  try {
    accept(claims, pool);
  } catch (error) {
    return (error as Problem).reason;
  }
  throw new Error('The claims were accepted');
}

test('an access token gives a frozen caller with its groups and scopes', () => {
  const caller = accept(access);
  expect(caller).toEqual({
    pool: 'customers',
    subject: 'subject',
    username: 'regular',
    clientId: 'two',
    groups: ['chefs', 'waiters'],
    scopes: ['openid', 'email'],
    claims: {},
    tokenUse: 'access',
    expiresAt: NOW + 600,
  });
  expect([caller, caller.groups, caller.scopes].every(Object.isFrozen)).toBe(true);
});

test('an ID token gives a caller without scopes, even if it claims some', () => {
  expect(accept({ ...id, scope: 'openid', username: 'other', client_id: 'other' })).toEqual({
    pool: 'customers',
    subject: 'subject',
    username: 'regular',
    clientId: 'one',
    groups: [],
    scopes: [],
    claims: {},
    tokenUse: 'id',
    expiresAt: NOW + 600,
  });
});

test('a token without groups, scopes and user name, as a machine has it, gives none', () => {
  const { sub, token_use, client_id, iat, exp } = access;
  expect(accept({ sub, token_use, client_id, iat, exp })).toMatchObject({ groups: [], scopes: [], username: null });
});

test('scopes are split at spaces, and empty ones left out', () => {
  expect(accept({ ...access, scope: ' a  b ' }).scopes).toEqual(['a', 'b']);
  expect(accept({ ...access, scope: '' }).scopes).toEqual([]);
});

test('a pool that accepts one kind of token refuses the other', () => {
  expect(accept(access, poolOf(['access'])).tokenUse).toBe('access');
  expect(accept(id, poolOf(['id'])).tokenUse).toBe('id');
  expect(refuse(id, poolOf(['access']))).toBe('token_use');
  expect(refuse(access, poolOf(['id']))).toBe('token_use');
});

describe('times, to the fraction of a second', () => {
  test.each([
    ['expires in a millisecond', { exp: NOW + 0.001 }],
    ['expires at the latest time of a Date', { exp: 8.64e12 }],
    ['was issued at the epoch', { iat: 0 }],
    ['was issued by a clock 5 s ahead', { iat: NOW + 5 }],
    ['is valid from the epoch on', { nbf: 0 }],
    ['is valid by a clock 5 s ahead', { nbf: NOW + 5 }],
  ])('a token that %s is accepted', (_name, change) => {
    expect(accept({ ...access, ...change })).toMatchObject({ subject: 'subject' });
  });

  test.each([
    ['expires now', { exp: NOW }, 'expired'],
    ['expired at the epoch', { exp: 0 }, 'expired'],
    ['expired, and is not yet valid', { exp: NOW - 1, iat: NOW + 60 }, 'expired'],
    ['was issued by a clock more than 5 s ahead', { iat: NOW + 5.001 }, 'not_yet_valid'],
    ['is valid more than 5 s from now', { nbf: NOW + 5.001 }, 'not_yet_valid'],
  ])('a token that %s is refused', (_name, change, reason) => {
    expect(refuse({ ...access, ...change })).toBe(reason);
  });

  const dates = ['exp', 'iat', 'nbf'].flatMap((claim) =>
    [null, '1', true, NaN, -0.001, 8.64e12 + 1, [NOW + 60]].map((value) => ({ [claim]: value })),
  );
  test.each([...dates, { exp: undefined }, { iat: undefined }])('%j is malformed', (change) => {
    expect(refuse({ ...access, ...change })).toBe('claims');
  });
});

test.each<[string, object, string]>([
  ['no subject', { ...access, sub: undefined }, 'claims'],
  ['an empty subject', { ...access, sub: '' }, 'claims'],
  ['a subject in a list', { ...access, sub: ['subject'] }, 'claims'],
  ['no token_use', { ...access, token_use: undefined }, 'claims'],
  ['another token_use', { ...access, token_use: 'refresh' }, 'claims'],
  ['no client_id', { ...access, client_id: undefined }, 'client'],
  ['an unknown client_id', { ...access, client_id: 'three' }, 'client'],
  ['a client_id in a list', { ...access, client_id: ['one'] }, 'client'],
  ['an access token with aud instead', { ...access, client_id: undefined, aud: 'one' }, 'client'],
  ['an ID token with client_id instead', { ...id, aud: undefined, client_id: 'one' }, 'client'],
  ['an empty user name', { ...access, username: '' }, 'claims'],
  ['a null for a user name', { ...access, username: null }, 'claims'],
  ['an empty user name of an ID token', { ...id, 'cognito:username': '' }, 'claims'],
  ['groups in a text', { ...access, 'cognito:groups': '[chefs]' }, 'claims'],
  ['null for groups', { ...access, 'cognito:groups': null }, 'claims'],
  ['a number among the groups', { ...access, 'cognito:groups': ['chefs', 1] }, 'claims'],
  ['scopes in a list', { ...access, scope: ['openid'] }, 'claims'],
])('%s is refused', (_name, claims, reason) => {
  expect(refuse(claims)).toBe(reason);
});
