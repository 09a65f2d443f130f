import { describe, expect, test } from '@jest/globals';
import { createHeaderParser, parseJwt } from '../../../app/platform/auth/jwt.js';
import { createSigningKey, encode, signJwt } from '../../harness/issuer.js';

const headerOf = (kid: string, more: object = {}) => encode({ alg: 'RS256', kid, ...more });

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

test('a token is parsed into its kid, its claims, what was signed, and the signature', () => {
  const key = createSigningKey();
  const token = signJwt({ alg: 'RS256', kid: key.kid }, { sub: 'a' }, key);
  const jwt = parseJwt(token, createHeaderParser());
  const end = token.lastIndexOf('.');
  expect(jwt).toEqual({
    kid: key.kid,
    claims: { sub: 'a' },
    signed: token.slice(0, end),
    signature: Buffer.from(token.slice(end + 1), 'base64url'),
  });
});
