import { createPublicKey, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { checkSignature, createHeaderParser, parseJwt, unverifiedClaims } from '../../../app/platform/auth/jwt.js';
import type { Problem } from '../../../app/platform/http/problem.js';
import { createSigningKey, encode, signJwt } from '../../harness/issuer.js';

const key = createSigningKey();
const headerOf = (kid: unknown, more: object = {}) => encode({ alg: 'RS256', kid, ...more });
const parse = (token: string) => parseJwt(token, createHeaderParser());

/** The reason of the refusal. */
function refusalOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    return (error as Problem).reason;
  }
  throw new Error('Nothing was refused');
}

describe('the cache of parsed headers', () => {
  test('serves a header that comes again', () => {
    const cache = new Map([[headerOf('a'), 'from the cache']]);
    expect(createHeaderParser(cache)(headerOf('a'))).toBe('from the cache');
    expect(createHeaderParser(new Map())(headerOf('a'))).toBe('a');
  });

  test('never holds more than 32, however many made-up headers come', () => {
    const cache = new Map<string, string>();
    const parse = createHeaderParser(cache);
    let largest = 0;
    for (let i = 0; i < 1_000; i += 1) {
      expect(parse(headerOf(`made-up-${i}`))).toBe(`made-up-${i}`);
      largest = Math.max(largest, cache.size);
    }
    expect(largest).toBe(32);
  });

  test('holds none of more than 256 characters', () => {
    const cache = new Map<string, string>();
    const parse = createHeaderParser(cache);
    parse(headerOf('k'.repeat(300)));
    expect(cache.size).toBe(0);
    const longest = headerOf('k'.repeat(168));
    expect(longest).toHaveLength(256);
    parse(longest);
    expect([...cache.keys()]).toEqual([longest]);
  });

  test('holds no header that was refused', () => {
    const cache = new Map<string, string>();
    for (const more of [{ alg: 'none' }, { crit: ['exp'] }, { typ: 'x' }, { kid: 1 }]) {
      expect(() => createHeaderParser(cache)(headerOf('a', more))).toThrow(/Cognito issues/);
    }
    expect(cache.size).toBe(0);
  });
});

describe('a header', () => {
  test.each(['JWT', 'jwt', 'at+jwt', 'AT+JWT', undefined])('of typ %s names its key', (typ) => {
    expect(createHeaderParser()(headerOf('a', { typ }))).toBe('a');
  });

  test.each([
    ['without alg', { alg: undefined }, 'algorithm'],
    ['of alg none', { alg: 'none' }, 'algorithm'],
    ['of alg RS256 in a list', { alg: ['RS256'] }, 'algorithm'],
    ['without kid', { kid: undefined }, 'header'],
    ['with a number for a kid', { kid: 1 }, 'header'],
    ['of an empty typ', { typ: '' }, 'header'],
    ['of typ null', { typ: null }, 'header'],
    ['of typ JWT in a list', { typ: ['JWT'] }, 'header'],
    ['of a typ that JWT ends', { typ: 'dpop+jwt' }, 'header'],
    ['of a typ that JWT begins', { typ: 'JWTs' }, 'header'],
    ['with crit', { crit: ['exp'] }, 'header'],
    ['with b64', { b64: true }, 'header'],
    ['with zip', { zip: 'DEF' }, 'header'],
    ['with cty', { cty: 'JWT' }, 'header'],
    ['with crit null', { crit: null }, 'header'],
  ])('%s is refused', (_name, more, reason) => {
    expect(refusalOf(() => createHeaderParser()(headerOf('a', more)))).toBe(reason);
  });
});

describe('a token', () => {
  const token = signJwt({ alg: 'RS256', kid: 'a' }, { sub: 'a' }, key);
  const [header = '', payload = '', signature = ''] = token.split('.');

  test('is parsed into its kid, its claims, what was signed, and the signature', () => {
    expect(parse(token)).toEqual({
      kid: 'a',
      claims: { sub: 'a' },
      signed: `${header}.${payload}`,
      signature: Buffer.from(signature, 'base64url'),
    });
  });

  test('is refused by its length before anything else, above 8,192 characters', () => {
    expect(refusalOf(() => parse('a'.repeat(8_193)))).toBe('too_long');
    expect(refusalOf(() => parse('a'.repeat(8_192)))).toBe('malformed');
    const claims = { pad: '' };
    const room = Math.floor(((8_192 - header.length - signature.length - 2) * 3) / 4);
    claims.pad = 'x'.repeat(room - JSON.stringify(claims).length);
    const longest = signJwt({ alg: 'RS256', kid: 'a' }, claims, key);
    expect(longest.length).toBeGreaterThan(8_190);
    expect(longest.length).toBeLessThanOrEqual(8_192);
    expect(parse(longest).claims).toEqual(claims);
  });

  test.each([
    ['nothing', ''],
    ['one segment', header],
    ['two segments', `${header}.${payload}`],
    ['a fourth segment', `${token}.e30`],
    ['an empty fourth segment', `${token}.`],
    ['an empty header', `.${payload}.${signature}`],
    ['an empty payload', `${header}..${signature}`],
    ['an empty signature', `${header}.${payload}.`],
    ['padding', `${header}.${payload}.${signature}=`],
    ['the alphabet of plain base64', `${header}.${payload}.+/+/`],
    ['bits that no byte uses', `${header}.${payload}.AB`],
    ['a character that is none of base64url', `${header}.${payload}.A*AA`],
    ['a payload that is not UTF-8', `${header}.${Buffer.from('{"a":"\xff"}', 'latin1').toString('base64url')}.AAAA`],
    ['a payload that is not JSON', `${header}.${encode('{')}.AAAA`],
    ['a payload that is null', `${header}.${encode('null')}.AAAA`],
    ['a payload that is a list', `${header}.${encode('[]')}.AAAA`],
    ['a payload that is a text', `${header}.${encode('"a"')}.AAAA`],
    ['a payload that is a number', `${header}.${encode('1')}.AAAA`],
  ])('%s is malformed', (_name, text) => {
    expect(refusalOf(() => parse(text))).toBe('malformed');
  });
});

describe('a signature', () => {
  const publicKey = createPublicKey(key.privateKey);
  const signed = `${headerOf('a')}.${encode({ sub: 'a' })}`;
  const signedWith = (hash: string, text = signed, signer = key) =>
    parse(`${signed}.${sign(hash, Buffer.from(text), signer.privateKey).toString('base64url')}`);

  test('of the key over the first two segments passes', () => {
    expect(() => checkSignature(signedWith('RSA-SHA256'), publicKey)).not.toThrow();
  });

  test.each([
    ['of another key', () => signedWith('RSA-SHA256', signed, createSigningKey())],
    ['of another hash', () => signedWith('RSA-SHA512')],
    ['over another text', () => signedWith('RSA-SHA256', `${signed}A`)],
    ['of one byte', () => parse(`${signed}.AA`)],
  ])('%s is refused', (_name, make) => {
    expect(refusalOf(() => checkSignature(make(), publicKey))).toBe('signature');
  });
});

test('the claims of a token that was verified before are those of its payload', () => {
  const claims = { sub: 'ann', iat: 1.5 };
  expect(unverifiedClaims(signJwt({ alg: 'none' }, claims, key))).toEqual(claims);
  for (const token of ['', encode(claims)]) expect(refusalOf(() => unverifiedClaims(token))).toBe('malformed');
});
