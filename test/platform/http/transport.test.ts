import { describe, expect, test } from '@jest/globals';
import { expectRefused, openTarget, type Call, type Code } from '../../harness/http-target.js';

const target = openTarget();
const good = () => target.api.customers.accessToken();
const bad = () => `${good().slice(0, -8)}AAAAAAAA`;

const authorization = (...values: string[]): Call => ({ headers: values.map((value) => ['Authorization', value]) });

type Row = [name: string, call: () => Call, code: Code];

const twice: Row[] = [
  [
    'the same token twice',
    () => {
      const token = good();
      return authorization(`Bearer ${token}`, `Bearer ${token}`);
    },
    'request_malformed',
  ],
  ['a good token, then a bad one', () => authorization(`Bearer ${good()}`, `Bearer ${bad()}`), 'request_malformed'],
  ['a bad token, then a good one', () => authorization(`Bearer ${bad()}`, `Bearer ${good()}`), 'request_malformed'],
  ['a good token, then nothing', () => authorization(`Bearer ${good()}`, ''), 'request_malformed'],
  ['nothing, then a good token', () => authorization('', `Bearer ${good()}`), 'request_malformed'],
  ['Basic, then a good token', () => authorization('Basic YTpi', `Bearer ${good()}`), 'request_malformed'],
  ['a good token, then Basic', () => authorization(`Bearer ${good()}`, 'Basic YTpi'), 'request_malformed'],
  [
    'names in different case',
    () => ({
      headers: [
        ['authorization', `Bearer ${good()}`],
        ['AUTHORIZATION', `Bearer ${good()}`],
      ],
    }),
    'request_malformed',
  ],
  ['three times', () => authorization('x', 'y', `Bearer ${good()}`), 'request_malformed'],
  [
    'with other headers between',
    () => ({
      headers: [
        ['Authorization', `Bearer ${good()}`],
        ['Accept', '*/*'],
        ['authorization', `Bearer ${bad()}`],
      ],
    }),
    'request_malformed',
  ],
  ['Basic, then a good token, in one line', () => authorization(`Basic YTpi, Bearer ${good()}`), 'request_malformed'],
  [
    'Basic, then a good token, in one line without a space',
    () => authorization(`Basic YTpi,Bearer ${good()}`),
    'request_malformed',
  ],
  [
    'Digest, then a good token, in one line',
    () => authorization(`Digest username="a", realm="b", BEARER ${good()}`),
    'request_malformed',
  ],
  ['a good token, then Basic, in one line', () => authorization(`Bearer ${good()}, Basic YTpi`), 'request_malformed'],
  ['two good tokens in one line', () => authorization(`Bearer ${good()},Bearer ${good()}`), 'request_malformed'],
];

const schemes: Row[] = [
  ...[
    'Basic',
    'Digest',
    'Token',
    'JWT',
    'MAC',
    'DPoP',
    'Negotiate',
    'NTLM',
    'HOBA',
    'GNAP',
    'AWS4-HMAC-SHA256',
    'Bearer2',
    'Bearers',
    'Beare',
    'earer',
    'xBearer',
    'Bearer:',
    'Bearer=',
    'B\u00e9arer',
    'Basic-Bearer',
    'OAuth',
    'ApiKey',
    '"Bearer"',
    'Authorization:',
  ].map((scheme): Row => [`${scheme} and a good token`, () => authorization(`${scheme} ${good()}`), 'token_missing']),
  ['no scheme', () => authorization(good()), 'token_missing'],
  ['Bearer and a token with nothing between', () => authorization(`Bearer${good()}`), 'token_missing'],
  ['Bearer and a token with a tab between', () => authorization(`Bearer\t${good()}`), 'token_missing'],
  ['Bearer and a token with a colon between', () => authorization(`Bearer:${good()}`), 'token_missing'],
  ['Bearer and a token with a slash between', () => authorization(`Bearer/${good()}`), 'token_missing'],
  [
    'a scheme with parameters',
    () => authorization('Digest username="Mufasa", realm="x", nonce="y", uri="/"'),
    'token_missing',
  ],
  ['Bearer alone', () => authorization('Bearer'), 'request_malformed'],
  ['Bearer and spaces', () => authorization('Bearer     '), 'request_malformed'],
  ['bearer alone, in small letters', () => authorization('bearer'), 'request_malformed'],
  ['an empty header', () => authorization(''), 'token_missing'],
  ['spaces alone', () => authorization('   '), 'token_missing'],
  ['15 KB without a space', () => authorization('B'.repeat(15_000)), 'token_missing'],
  ['15 KB of spaces in front of a word', () => authorization(`Basic${' '.repeat(14_000)}x`), 'token_missing'],
  ['15 KB of commas', () => authorization(`Basic ${', '.repeat(7_000)}x`), 'token_missing'],
];

const elsewhere: Row[] = [
  ['not sent', () => ({}), 'token_missing'],
  ['in access_token of the query', () => ({ path: `/?access_token=${good()}` }), 'token_missing'],
  ['in token of the query', () => ({ path: `/?token=${good()}` }), 'token_missing'],
  ['in authorization of the query', () => ({ path: `/?authorization=Bearer%20${good()}` }), 'token_missing'],
  ['in the fragment', () => ({ path: `/?x#access_token=${good()}` }), 'token_missing'],
  [
    'in a cookie',
    () => ({ headers: [['Cookie', `access_token=${good()}; Authorization=Bearer ${good()}`]] }),
    'token_missing',
  ],
  ...[
    'Proxy-Authorization',
    'X-Authorization',
    'X-Forwarded-Authorization',
    'X-Original-Authorization',
    'X-Access-Token',
    'X-Auth-Token',
    'X-Api-Key',
    'X-Amz-Security-Token',
    'X-Amzn-Oidc-Accesstoken',
    'X-Amzn-Oidc-Data',
    'Authentication',
    'Authorization2',
    'Authorization_',
    'HTTP_AUTHORIZATION',
    'Token',
    'DPoP',
    'Sec-WebSocket-Protocol',
    'WWW-Authenticate',
  ].map((name): Row => [`in ${name}`, () => ({ headers: [[name, `Bearer ${good()}`]] }), 'token_missing']),
  [
    'in a form',
    () => ({
      method: 'POST',
      path: '/items',
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      body: `access_token=${good()}`,
    }),
    'token_missing',
  ],
  [
    'in a JSON body',
    () => ({
      method: 'POST',
      path: '/items',
      headers: [['Content-Type', 'application/json']],
      body: JSON.stringify({ access_token: good() }),
    }),
    'token_missing',
  ],
  [
    'in the body of a GET',
    () => ({
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Content-Length', '20'],
      ],
      body: 'access_token=aaaaaaaa',
    }),
    'token_missing',
  ],
  [
    'in the user name of an absolute URL',
    () => ({ path: `http://Bearer:${'x'.repeat(20)}@localhost/` }),
    'token_missing',
  ],
  [
    'in the header and the query, the header bad',
    () => ({ path: `/?access_token=${good()}`, headers: [['Authorization', `Bearer ${bad()}`]] }),
    'token_invalid',
  ],
  [
    'in the header and a cookie, the header bad',
    () => ({
      headers: [
        ['Authorization', `Bearer ${bad()}`],
        ['Cookie', `access_token=${good()}`],
      ],
    }),
    'token_invalid',
  ],
];

const methods: Row[] = [
  ['HEAD without a token', () => ({ method: 'HEAD' }), 'token_missing'],
  ['HEAD with a bad token', () => ({ method: 'HEAD', ...authorization(`Bearer ${bad()}`) }), 'token_invalid'],
  [
    'GET with X-HTTP-Method-Override: OPTIONS',
    () => ({ headers: [['X-HTTP-Method-Override', 'OPTIONS']] }),
    'token_missing',
  ],
  [
    'GET with the headers of a preflight',
    () => ({
      headers: [
        ['Origin', 'https://example.com'],
        ['Access-Control-Request-Method', 'GET'],
      ],
    }),
    'token_missing',
  ],
  [
    'POST without a token and a body that is not JSON',
    () => ({ method: 'POST', path: '/items', headers: [['Content-Type', 'application/json']], body: '{' }),
    'token_missing',
  ],
  [
    'GET with X-Forwarded-For of this machine',
    () => ({
      headers: [
        ['X-Forwarded-For', '127.0.0.1'],
        ['X-Real-IP', '127.0.0.1'],
      ],
    }),
    'token_missing',
  ],
  [
    'GET with X-Original-URL of a route for everyone',
    () => ({
      headers: [
        ['X-Original-URL', '/health'],
        ['X-Rewrite-URL', '/health'],
      ],
    }),
    'token_missing',
  ],
];

describe.each([
  ['credentials sent twice', twice],
  ['schemes', schemes],
  ['a token', elsewhere],
  ['methods', methods],
])('%s', (_class, rows) => {
  test.each(rows)('%s', async (_name, call, code) => {
    const { method } = call();
    const answer = await target.call(call());
    // HEAD has no body to hold the code.
    expectRefused(target, method === 'HEAD' ? { ...answer, code } : answer, code);
  });
});

test.each(['/', '/me', '/items', '/items/1'])('OPTIONS %s lists the methods and nothing else', async (path) => {
  const { status, headers, body } = await target.call({ method: 'OPTIONS', path });
  expect([status, body]).toEqual([204, '']);
  expect(headers['allow']).toContain('GET');
});

test.each(['//', '/me/', '/ME', '/me%2f', '/me;x', '/./me/..', '/%6d%65%00', '/items/../me/x'])(
  '%s does not reach a guarded route',
  async (path) => {
    const { status, body } = await target.call({ path });
    expect([401, 404]).toContain(status);
    expect(body).not.toContain('subject');
  },
);

describe('on the bare connection', () => {
  const get = (token?: string, version = '1.1', extra = '') =>
    `GET / HTTP/${version}\r\nHost: localhost\r\n${token === undefined ? '' : `Authorization: Bearer ${token}\r\n`}${extra}\r\n`;
  const statuses = (text: string) => Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status));
  const close = 'Connection: close\r\n';

  test('HTTP/1.0 is guarded as well', async () => {
    expect(statuses(await target.raw(get(bad(), '1.0')))).toEqual([401]);
    expect(statuses(await target.raw(get(undefined, '1.0')))).toEqual([401]);
    expect(statuses(await target.raw(get(good(), '1.0')))).toEqual([200]);
  });

  test('each request of one packet is checked by its own token', async () => {
    const packet = get(good()) + get(bad()) + get() + get(good()) + get('x') + get(good(), '1.1', close);
    const text = await target.raw(packet);
    expect(statuses(text)).toEqual([200, 401, 401, 200, 401, 200]);
    expect(text.split('Welcome to AWS')).toHaveLength(4);
  });

  test('a request does not use the token of one before it on the connection', async () => {
    expect(statuses(await target.raw(get(good()) + get(undefined, '1.1', close)))).toEqual([200, 401]);
  });

  test.each([
    ['a space before the colon', () => `GET / HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer ${good()}\r\n\r\n`],
    ['a tab before the colon', () => `GET / HTTP/1.1\r\nHost: x\r\nAuthorization\t: Bearer ${good()}\r\n\r\n`],
    ['a NUL in the token', () => get(`${good()}\0`)],
    ['a NUL before the token', () => get(`\0${good()}`)],
    ['a carriage return in the token', () => get(`${good().slice(0, 20)}\r${good().slice(20)}`)],
    ['a control character in the token', () => get(`${good().slice(0, 20)}\x01${good().slice(20)}`)],
    ['a delete character in the token', () => get(`${good().slice(0, 20)}\x7f${good().slice(20)}`)],
    [
      'a header folded over two lines',
      () => `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\r\n ${good()}\r\n\r\n`,
    ],
    ['a line break in the token', () => get(`${good().slice(0, 20)}\n${good().slice(20)}`)],
    ['a request line with a token', () => `GET / HTTP/1.1 Authorization: Bearer ${good()}\r\nHost: x\r\n\r\n`],
    ['no host', () => `GET / HTTP/1.1\r\nAuthorization: Bearer ${good()}\r\n\r\n`],
    ['two lengths', () => get(good(), '1.1', 'Content-Length: 0\r\nContent-Length: 5\r\n')],
    ['a length and chunks', () => get(good(), '1.1', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')],
    ['HTTP/2 in the clear', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('%s is malformed HTTP', async (_name, bytes) => {
    const text = await target.raw(bytes());
    expect(statuses(text)).toEqual([400]);
    expect(text).toContain('"code":"http_malformed"');
    expect(text).toMatch(/^X-Request-Id: [\da-f-]{36}$/im);
    expect(text).not.toContain('Welcome');
  });

  test('a token in the trailers is not read', async () => {
    const text = await target.raw(
      `GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\nConnection: close\r\n\r\n0\r\nAuthorization: Bearer ${good()}\r\n\r\n`,
    );
    expect(statuses(text)).toEqual([401]);
    expect(text).toContain('token_missing');
  });
});
