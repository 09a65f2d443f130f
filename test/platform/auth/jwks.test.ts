import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
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

const fetchKeys = () => createJwksFetch(issuer.pool.jwksUri)();

describe('the log says what is wrong with a response', () => {
  const noList = 'the response has no list of keys';
  const noKey = 'the response has no RSA signing key of 2048 bits or more';

  test.each<[string, RequestListener, string]>([
    ['another status', text('', 404), 'the endpoint answered 404, not 200'],
    ['a redirect', text('', 302, { location: '/' }), 'the endpoint answered 302, not 200'],
    ['too much', text(' '.repeat(65_537)), 'the response is larger than 65536 bytes'],
    ['no JSON', text('<html>'), 'the response is not JSON'],
    ['null', text('null'), noList],
    ['a text', text('"keys"'), noList],
    ['a number', text('1'), noList],
    ['no keys', text('{}'), noList],
    ['keys that are no list', text('{"keys":{}}'), noList],
    ['a kid twice', json(() => ({ keys: [good(), good()] })), 'two keys share a kid'],
    ['unsound keys alone', json(() => ({ keys: [publicJwk(weak)] })), noKey],
  ])('%s', async (_name, answer, message) => {
    issuer.answer = answer;
    await expect(fetchKeys()).rejects.toMatchObject({ name: 'JwksError', message });
  });

  test.each<[string, RequestListener, string]>([
    ['a connection that ends before the response', (_request, response) => response.destroy(), 'socket hang up'],
    [
      'a connection that ends in the response',
      (_request, response) => response.writeHead(200, { 'content-length': '9' }).write('{', () => response.destroy()),
      'aborted',
    ],
  ])("%s is Node's own error", async (_name, answer, message) => {
    issuer.answer = answer;
    await expect(fetchKeys()).rejects.toMatchObject({ code: 'ECONNRESET', message });
  });
});

describe('a request for keys', () => {
  test('asks for JSON', async () => {
    let accept: string | undefined;
    issuer.answer = (request, response) => {
      ({ accept } = request.headers);
      response.end(JSON.stringify({ keys: [good()] }));
    };
    await fetchKeys();
    expect(accept).toBe('application/json');
  });

  test('to an https address speaks TLS', async () => {
    issuer.answer = undefined;
    const { fetches } = issuer;
    await expect(createJwksFetch(issuer.pool.jwksUri.replace('http:', 'https:'))()).rejects.toMatchObject({
      code: expect.stringMatching(/SSL|EPROTO/),
    });
    expect(issuer.fetches).toBe(fetches);
  });

  test('ends with what is wrong: the rest of the response is not waited for', async () => {
    let closed: Promise<unknown> | undefined;
    issuer.answer = ({ socket }, response) => {
      closed = once(socket, 'close');
      response.writeHead(404).write('and so on');
    };
    const started = performance.now();
    await expect(fetchKeys()).rejects.toThrow('404');
    await closed;
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('reads 64 KB', async () => {
    const keys = JSON.stringify({ keys: [good()] });
    issuer.answer = text(keys.padEnd(65_536));
    expect([...(await fetchKeys()).keys()]).toEqual([issuer.key.kid]);
  });
});

describe('of RSA keys', () => {
  /** An odd number of so many bits, which nobody can sign with. */
  const modulus = (bits: number) => {
    const bytes = randomBytes(Math.ceil(bits / 8));
    const [first = 0] = bytes;
    bytes[0] = (first | 0x80) >> ((8 - (bits % 8)) % 8);
    bytes[bytes.length - 1] = 1;
    return { n: number(bytes) };
  };
  const exponent = (value: bigint) => ({ e: number(Buffer.from(value.toString(16).padStart(10, '0'), 'hex')) });

  test.each<[string, object]>([
    ['of 2048 bits', modulus(2048)],
    ['of 8192 bits', modulus(8192)],
    ['of exponent 65537', exponent(65_537n)],
    ['of the largest exponent below 32 bits', exponent(2n ** 32n - 1n)],
    ['without an algorithm', { alg: undefined }],
    ['of RS256', { alg: 'RS256' }],
  ])('one %s is used', async (_name, change) => {
    issuer.answer = jwk(change);
    expect([...(await fetchKeys()).keys()]).toEqual([issuer.key.kid]);
  });

  test.each<[string, object]>([
    ['of 2047 bits', modulus(2047)],
    ['of 8193 bits', modulus(8193)],
    ['of exponent 65535', exponent(65_535n)],
    ['of an even exponent', exponent(65_538n)],
    ['of an exponent of 33 bits', exponent(2n ** 32n + 1n)],
  ])('one %s is not', async (_name, change) => {
    issuer.answer = jwk(change);
    await expect(fetchKeys()).rejects.toThrow('no RSA signing key');
  });
});

// RFC 7517 section 4.5 lets keys of different types share a kid.
test('a key of another type may have the kid of an RSA key', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = { ...publicKey.export({ format: 'jwk' }), kid: issuer.key.kid, use: 'sig' };
  issuer.answer = json(() => ({ keys: [other, good()] }));
  expect((await fetchKeys()).get(issuer.key.kid)?.asymmetricKeyType).toBe('rsa');
});

describe('an endpoint whose response never ends', () => {
  /** Calls back until the connection is gone. */
  function drip({ socket }: IncomingMessage, write: () => void) {
    const timer = setInterval(write, 50);
    socket.on('close', () => clearInterval(timer));
  }
  const hangs: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['sends nothing', () => undefined],
    [
      'drips headers',
      (request) => {
        request.socket.write('HTTP/1.1 200 OK\r\nx');
        drip(request, () => request.socket.write('x'));
      },
    ],
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
        const reasons: unknown[] = [];
        const write = (line: string) => reasons.push((JSON.parse(line) as { reason: unknown }).reason);
        const keys = createPoolKeys({ pool: hanging.pool, refreshSeconds: 600, log: pino({}, { write }) });
        const outcome = await keys.getKey(hanging.key.kid).catch((error: { code: string }) => error.code);
        keys.close();
        await hanging.close();
        return [name, outcome, ...reasons];
      }),
    );
    expect(results).toEqual(hangs.map(([name]) => [name, 'keys_unavailable', 'no complete response within 2500 ms']));
  });
});
