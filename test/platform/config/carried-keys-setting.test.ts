import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createPool } from '../../../app/platform/auth/pool.js';
import { parseCarriedKeys } from '../../../app/platform/config/carried-keys-setting.js';
import {
  readAuthorizerSettings,
  readLambdaSettings,
  readLocalSettings,
} from '../../../app/platform/config/settings.js';
import { createSigningKey, publicJwk } from '../../harness/issuer.js';

const ID = 'eu-west-1_AbCdEfGhI';
const ISSUER = `https://cognito-idp.eu-west-1.amazonaws.com/${ID}`;
const clientIds = ['client'];
const pools = [createPool('customers', { userPoolId: ID, clientIds })];

const [first, second] = [createSigningKey(), createSigningKey()].map(publicJwk);
const { kid, n, e } = first as { kid: string; n: string; e: string };
const minimal = { kid, n, e };
const parse = (jwks: unknown, id = ID) => parseCarriedKeys(JSON.stringify({ [id]: jwks }), pools);
const number = (bytes: Buffer | number[]) => Buffer.from(bytes).toString('base64url');

describe('COGNITO_KEYS', () => {
  test('is user pool ids with their keys, and gives the keys of the issuer', () => {
    const { keys, problems, warnings } = parse([minimal, second]);
    expect([...keys.keys()]).toEqual([ISSUER]);
    expect(keys.get(ISSUER)?.get(kid)?.export({ format: 'jwk' })).toEqual({ kty: 'RSA', n, e });
    expect(keys.get(ISSUER)?.size).toBe(2);
    expect([problems, warnings]).toEqual([[], []]);
  });

  test('takes the members that say what a key is for, where they say RS256 signatures', () => {
    expect(parse([first]).keys.get(ISSUER)?.size).toBe(1);
  });

  test('has a pool that is not configured: its keys are not used, with a warning, and the others are', () => {
    const { keys, problems, warnings } = parseCarriedKeys(
      JSON.stringify({ 'eu-west-1_Distrusted': [second], [ID]: [minimal] }),
      pools,
    );
    expect([...keys.keys()]).toEqual([ISSUER]);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      'COGNITO_KEYS has keys of eu-west-1_Distrusted, whose issuer no pool has: they are not used.',
    ]);
  });

  test.each(['http://127.0.0.1:9229/pool', `https://issuer-cognito-idp.eu-west-1.amazonaws.com/${ID}`])(
    'has no keys for the pool of that id whose tokens are issued by %s',
    (issuer) => {
      const elsewhere = [createPool('customers', { userPoolId: ID, clientIds, issuer })];
      const { keys, warnings } = parseCarriedKeys(JSON.stringify({ [ID]: [minimal] }), elsewhere);
      expect([keys.size, warnings.length]).toEqual([0, 1]);
    },
  );

  const object = /^COGNITO_KEYS must be a JSON object such as \{"eu-west-1_AbCdEfGhI":\[\{"kid":/;
  test.each(['', '{', 'null', '[]', '"x"', '5'])('that is %j is refused', (json) => {
    expect(parseCarriedKeys(json, pools).problems).toEqual([expect.stringMatching(object)]);
  });

  const noList = 'there must be a list of one or more keys';
  const otherUse = 'a key is not for RSA signatures, or has no kid';
  const unsound = 'a key is not RSA of 2048 to 8192 bits with a sane exponent';
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  test.each<[string, unknown, string]>([
    ['an object of keys', { 0: minimal }, noList],
    ['no key', [], noList],
    ['null for a key', [null], otherUse],
    ['a text for a key', ['x'], otherUse],
    ['no kid', [{ n, e }], otherUse],
    ['an empty kid', [{ ...minimal, kid: '' }], otherUse],
    ['a key for encryption', [{ ...minimal, use: 'enc' }], otherUse],
    ['a key for HS256', [{ ...minimal, alg: 'HS256' }], otherUse],
    ['an elliptic curve', [{ ...ec, kid }], otherUse],
    ['a private key', [{ ...minimal, d: 'AQAB' }], 'a key has the member d, which no public key has'],
    ['one kid twice', [minimal, { ...second, kid }], 'two keys share a kid'],
    ['the same key twice', [minimal, minimal], 'two keys share a kid'],
    ['a key of 1024 bits', [publicJwk(createSigningKey(1024))], unsound],
    ['a key of 16,384 bits', [{ kid, e, n: number([0xff, ...randomBytes(2046), 1]) }], unsound],
    ['an exponent of 3', [{ ...minimal, e: 'Aw' }], unsound],
    ['no modulus', [{ kid, e }], unsound],
    ['a modulus that is a number', [{ ...minimal, n: 5 }], unsound],
    ['a modulus that is not base64url', [{ ...minimal, n: '***' }], unsound],
    ['one unsound key beside a sound one', [minimal, { ...second, e: 'AQ' }], unsound],
  ])('with %s is refused', (_name, jwks, problem) => {
    const { keys, problems } = parse(jwks);
    expect(problems).toEqual([expect.stringMatching(`^COGNITO_KEYS: ${ID}: ${problem}; it should look like \\{`)]);
    expect(keys.size).toBe(0);
  });

  test.each(['AbCdEfGhI', 'eu-west-1_x/../y', ISSUER, ''])('with %j for a user pool id is refused', (id) => {
    expect(parse([minimal], id).problems).toEqual([
      expect.stringContaining(`COGNITO_KEYS: ${id}: that is no user pool id such as eu-west-1_AbCdEfGhI`),
    ]);
  });
});

describe('the settings', () => {
  const COGNITO_POOLS = JSON.stringify({ customers: { userPoolId: ID, clientIds } });
  const COGNITO_KEYS = JSON.stringify({ [ID]: [minimal], 'eu-west-1_Foreign': [second] });
  const read = (env: NodeJS.ProcessEnv) => [
    () => readLambdaSettings({ COGNITO_POOLS, TABLE_NAME: 'table', ...env }, {}),
    () => readAuthorizerSettings({ COGNITO_POOLS, ...env }),
  ];

  test.each([0, 1])('of function and access authorizer hold the keys of their pools', (at) => {
    const settings = read({ COGNITO_KEYS })[at]?.();
    expect([...(settings?.carriedKeys.keys() ?? [])]).toEqual([ISSUER]);
    expect(settings?.warnings).toEqual([expect.stringContaining('COGNITO_KEYS has keys of eu-west-1_Foreign')]);
  });

  test.each([undefined, ''])('are none where the variable is %j', (value) => {
    for (const each of read({ COGNITO_KEYS: value })) expect(each()).toMatchObject({ warnings: [] });
    for (const each of read({ COGNITO_KEYS: value })) expect(each().carriedKeys.size).toBe(0);
  });

  test('stop the start where it is wrong', () => {
    for (const each of read({ COGNITO_KEYS: '{' })) expect(each).toThrow('- COGNITO_KEYS must be a JSON object');
  });

  test('of a local server do not have it', () => {
    expect(readLocalSettings({ COGNITO_KEYS: '{' }, {})).toEqual(readLocalSettings({}, {}));
  });
});
