import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { createJwksFetch } from '../../../app/platform/auth/jwks.js';
import { createPoolKeys } from '../../../app/platform/auth/pool-keys.js';
import { createSigningKey, publicJwk, startIssuer, type Issuer } from '../../harness/issuer.js';

let issuer: Issuer;
let trap: Issuer;
beforeAll(async () => {
  [issuer, trap] = await Promise.all([startIssuer(), startIssuer('trap')]);
});
afterAll(() => Promise.all([issuer.close(), trap.close()]));

const good = () => publicJwk(issuer.key);
const other = createSigningKey();
const weak = createSigningKey(1024);

const text =
  (body: string, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
const json =
  (make: () => unknown): RequestListener =>
  (_request, response) => {
    response.end(JSON.stringify(make()));
  };
const jwk = (change: object) => json(() => ({ keys: [{ ...good(), ...change }] }));
const ofKind = (type: 'ec' | 'ed25519' | 'rsa-pss') => {
  const { publicKey } =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return json(() => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: issuer.key.kid, use: 'sig' }] }));
};
const number = (bytes: Buffer | number[]) => Buffer.from(bytes).toString('base64url');

const endings: [string, RequestListener][] = [
  ['HTML', text('<!doctype html><title>Sign in</title>', 200, { 'content-type': 'text/html' })],
  ['nothing', text('')],
  ['204', text('', 204)],
  ['304', text('', 304)],
  ['404', text('{"message":"User pool does not exist."}', 404)],
  ['500', text('', 500)],
  [
    'good keys, but as an error',
    (_request, response) => response.writeHead(503).end(JSON.stringify({ keys: [good()] })),
  ],
  ['a redirect', (_request, response) => response.writeHead(302, { location: trap.pool.jwksUri }).end()],
  ['a permanent redirect', (_request, response) => response.writeHead(308, { location: trap.pool.jwksUri }).end()],
  ['a refresh', (_request, response) => response.writeHead(200, { refresh: `0;url=${trap.pool.jwksUri}` }).end()],
  [
    '5 MB of JSON',
    (_request, response) => response.end(JSON.stringify({ keys: [good()], pad: 'x'.repeat(5_000_000) })),
  ],
  ['5 MB of keys', json(() => ({ keys: Array.from({ length: 10_000 }, (_, at) => ({ ...good(), kid: `${at}` })) }))],
  [
    '5 MB in chunks',
    (_request, response) => {
      for (let i = 0; i < 80; i += 1) response.write('x'.repeat(65_536));
      response.end();
    },
  ],
  ['60 KB of brackets', text('['.repeat(60_000))],
  [
    'half a response',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '5000' }).write('{"keys":[');
      response.destroy();
    },
  ],
  ['a broken connection', (_request, response) => response.destroy()],
  ['something that is not HTTP', ({ socket }) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
  ['headers without end', ({ socket }) => socket.write(`HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`)],
  ['gzip', text('\x1f\x8b', 200, { 'content-encoding': 'gzip' })],
  ['null', text('null')],
  ['a list', text('[]')],
  ['a string', text('"keys"')],
  ['an object without keys', text('{}')],
  ...['null', '{}', '"x"', '1', 'true', '[]', '[null]', '[1,"x",[],{}]'].map((keys): [string, RequestListener] => [
    `keys: ${keys}`,
    text(`{"keys":${keys}}`),
  ]),
  ['keys under __proto__', (_request, response) => response.end(`{"__proto__":{"keys":${JSON.stringify([good()])}}}`)],
  ['a lone key without a list', json(good)],
  ['keys as an object of keys', json(() => ({ keys: { 0: good(), length: 1 } }))],
  ['the same kid twice, two keys', json(() => ({ keys: [good(), { ...publicJwk(other), kid: issuer.key.kid }] }))],
  ['the same kid twice, one key', json(() => ({ keys: [good(), good()] }))],
  ['no kid', jwk({ kid: undefined })],
  ['an empty kid', jwk({ kid: '' })],
  ['a number for a kid', jwk({ kid: 1 })],
  ['an elliptic curve', ofKind('ec')],
  ['an Edwards curve', ofKind('ed25519')],
  [
    'a symmetric key',
    json(() => ({ keys: [{ kty: 'oct', k: number(randomBytes(32)), kid: issuer.key.kid, use: 'sig', alg: 'HS256' }] })),
  ],
  [
    'a symmetric key that calls itself RSA',
    json(() => ({ keys: [{ kty: 'RSA', k: number(randomBytes(32)), kid: issuer.key.kid, use: 'sig', alg: 'RS256' }] })),
  ],
  ['RSA of 1024 bits', json(() => ({ keys: [publicJwk(weak)] }))],
  ['RSA of 2047 bits', jwk({ n: number([0x7f, ...randomBytes(254), 1]) })],
  ['RSA of 16,384 bits', jwk({ n: number([0xff, ...randomBytes(2046), 1]) })],
  ['an exponent of 1', jwk({ e: 'AQ' })],
  ['an exponent of 3', jwk({ e: 'Aw' })],
  ['an even exponent', jwk({ e: number([1, 0, 0]) })],
  ['an exponent of 40 bits', jwk({ e: number([1, 0, 0, 0, 1]) })],
  ['no exponent', jwk({ e: undefined })],
  ['no modulus', jwk({ n: undefined })],
  ['a modulus that is not base64url', jwk({ n: '***' })],
  ['a modulus that is a number', jwk({ n: 5 })],
  ['a key for encryption', jwk({ use: 'enc' })],
  ['a key without a use', jwk({ use: undefined })],
  ['a key for RS512', jwk({ alg: 'RS512' })],
  ['a key for PS256', jwk({ alg: 'PS256' })],
  ['a key for HS256', jwk({ alg: 'HS256' })],
  ['a key for none', jwk({ alg: 'none' })],
  [
    'a private key',
    json(() => ({
      keys: [{ ...issuer.key.privateKey.export({ format: 'jwk' }), kid: issuer.key.kid, use: 'sig', alg: 'RS256' }],
    })),
  ],
];

const log = pino({ level: 'silent' });

describe('an endpoint whose response is not usable', () => {
  test.each(endings)('%s gives no keys, and removes none', async (_name, answer) => {
    issuer.answer = undefined;
    const keys = createPoolKeys({ pool: issuer.pool, refreshSeconds: 600, log });
    await keys.refresh();
    const key = keys.cachedKey(issuer.key.kid);
    issuer.answer = answer;
    await expect(createJwksFetch(issuer.pool.jwksUri)()).rejects.toThrow(/./);
    await keys.refresh();
    keys.close();
    expect(key).toBeDefined();
    expect(keys.cachedKey(issuer.key.kid)).toBe(key);
    expect(trap.fetches).toBe(0);
  });

  test('of keys of every kind, the sound ones are used', async () => {
    issuer.answer = json(() => ({
      keys: [
        null,
        { ...good(), kid: 'enc', use: 'enc' },
        publicJwk(weak),
        { kty: 'EC', crv: 'P-256', kid: 'ec', use: 'sig' },
        { kty: 'RSA', kid: 'empty', use: 'sig' },
        good(),
      ],
    }));
    expect([...(await createJwksFetch(issuer.pool.jwksUri)()).keys()]).toEqual([issuer.key.kid]);
  });
});

describe('an endpoint whose response never ends', () => {
  /** Calls back until the connection is gone. */
  function drip({ socket }: IncomingMessage, write: () => void) {
    const timer = setInterval(write, 50);
    socket.on('close', () => clearInterval(timer));
  }
  const hangs: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['sends nothing', () => undefined],
    ['drips headers', (request) => drip(request, () => request.socket.write('H'))],
    [
      'drips its body',
      (request, response) => {
        response.writeHead(200);
        drip(request, () => response.write(' '));
      },
    ],
    [
      'promises more than it sends',
      (_request, response) => response.writeHead(200, { 'content-length': '1000' }).write('{'),
    ],
    ['sends 100 Continue for ever', (request, response) => drip(request, () => response.writeContinue())],
    [
      'switches protocols',
      ({ socket }) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    ],
    [
      'sends a body in drips under a false length',
      (request, response) => {
        response.writeHead(200, { 'content-length': '60000' });
        drip(request, () => response.write('x'));
      },
    ],
  ];

  test('is given up, and waiting requests are answered', async () => {
    const results = await Promise.all(
      hangs.map(async ([name, answer]) => {
        const hanging = await startIssuer();
        hanging.answer = answer;
        const keys = createPoolKeys({ pool: hanging.pool, refreshSeconds: 600, log });
        const outcome = await keys.getKey(hanging.key.kid).catch((error: { code: string }) => error.code);
        keys.close();
        await hanging.close();
        return [name, outcome];
      }),
    );
    expect(results).toEqual(hangs.map(([name]) => [name, 'keys_unavailable']));
  });
});
