import { expect, test } from '@jest/globals';
import { cognitoIssuers, createPool, createPools, USER_POOL_ID } from '../../../app/platform/auth/pool.js';

const userPoolId = 'eu-west-1_Ab3dEf9';
const own = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3dEf9';

test("a pool's issuer and JWKS URI follow from its id, and both kinds of token are accepted", () => {
  const pool = createPool('customers', { userPoolId, clientIds: ['a', 'b'] });
  expect(pool).toStrictEqual({
    name: 'customers',
    userPoolId,
    clientIds: new Set(['a', 'b']),
    issuer: own,
    jwksUri: `${own}/.well-known/jwks.json`,
    tokenUse: new Set(['access', 'id']),
  });
  expect(Object.isFrozen(pool)).toBe(true);
});

test('the JWKS URI follows from an issuer that is given, unless it is given itself', () => {
  const issuer = 'https://issuer.example';
  expect(createPool('a', { userPoolId, clientIds: [], issuer })).toMatchObject({
    issuer,
    jwksUri: 'https://issuer.example/.well-known/jwks.json',
  });
  expect(createPool('a', { userPoolId, clientIds: [], jwksUri: 'http://127.0.0.1/jwks' })).toMatchObject({
    issuer: own,
    jwksUri: 'http://127.0.0.1/jwks',
  });
  expect(createPool('a', { userPoolId, clientIds: [], tokenUse: ['access'] }).tokenUse).toEqual(new Set(['access']));
});

test("a pool's public client and domain are what the settings say", () => {
  const settings = { userPoolId, clientIds: ['a'], publicClientId: 'a', domainUrl: 'https://sign-in.example' };
  expect(createPool('customers', settings)).toMatchObject({
    publicClientId: 'a',
    domainUrl: 'https://sign-in.example',
  });
});

test('a pool has an issuer of its own, and one as a multi-Region pool', () => {
  expect(cognitoIssuers(userPoolId)).toEqual([
    own,
    'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3dEf9',
  ]);
});

test('an id that is malformed has issuers that no pool has: settings are read to their end, and every problem named', () => {
  expect(cognitoIssuers('x')[0]).toBe('https://cognito-idp.undefined.amazonaws.com/x');
});

test('people move from a previous pool to the one of its name; without one there is one pool', () => {
  const settings = { userPoolId, clientIds: ['a'] };
  const previous = { userPoolId: 'eu-west-1_Before', clientIds: ['b'] };
  expect(createPools('customers', settings)).toStrictEqual([createPool('customers', settings)]);
  const pools = createPools('customers', { ...settings, previous });
  expect(pools).toStrictEqual([
    createPool('customers', settings),
    { ...createPool('customers', previous), isPrevious: true },
  ]);
  expect(pools.every(Object.isFrozen)).toBe(true);
});

test.each([
  ['eu-west-1_Ab3dEf9', 'eu-west-1'],
  ['us-gov-east-1_A', 'us-gov-east-1'],
  [`ap-southeast-2_${'a'.repeat(55)}`, 'ap-southeast-2'],
  [`eu-west-1_${'a'.repeat(56)}`, undefined],
  ['eu-west-1_', undefined],
  ['eu-west-1', undefined],
  ['eu-west_Ab', undefined],
  ['eu-1_Ab', undefined],
  ['eu-west-12_Ab', undefined],
  ['eu--1_Ab', undefined],
  ['eur-west-1_Ab', undefined],
  ['e-west-1_Ab', undefined],
  ['EU-west-1_Ab', undefined],
  ['eu-WEST-1_Ab', undefined],
  ['eu-west-1_a-b', undefined],
  ['eu-west-1_Ab/', undefined],
  ['xeu-west-1_Ab', undefined],
])('the region of pool id %s is %s', (text, region) => {
  expect(USER_POOL_ID.exec(text)?.[1]).toBe(region);
});
