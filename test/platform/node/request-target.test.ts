import { expect, test } from '@jest/globals';
import { openTarget } from '../../harness/http-target.js';

const target = openTarget();

// Express responds to some of these by itself, in HTML, if it gets to see them.
test.each([
  ['http://', 401, 'GET /', 'token_missing'],
  ['http://localhost', 401, 'GET /', 'token_missing'],
  ['http://localhost?query', 401, 'GET /', 'token_missing'],
  ['http://[::1/me', 401, 'GET /me', 'token_missing'],
  ['http://localhost/me', 401, 'GET /me', 'token_missing'],
  ['http://user:password@localhost/me', 401, 'GET /me', 'token_missing'],
  ['HTTP://LOCALHOST/me', 401, 'GET /me', 'token_missing'],
  ['other://localhost/me', 401, 'GET /me', 'token_missing'],
  ['http:///me', 401, 'GET /me', 'token_missing'],
  ['http://localhost/nowhere', 404, undefined, 'not_found'],
  ['http://localhost/items/%E0%A4%A', 400, undefined, 'path_malformed'],
  ['http://localhost//me', 404, undefined, 'not_found'],
  ['//me', 404, undefined, 'not_found'],
  ['//localhost/me', 404, undefined, 'not_found'],
  ['*', 404, undefined, 'not_found'],
  ['*/me', 404, undefined, 'not_found'],
  ['/\\me', 404, undefined, 'not_found'],
])('GET %s is %i, with our request id and a line in the log', async (requestTarget, status, route, code) => {
  const before = target.api.lines.length;
  const text = await target.raw(`GET ${requestTarget} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [, requestId] = /^X-Request-Id: (\S+)$/im.exec(head) ?? [];
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).not.toMatch(/^X-Powered-By/im);
  expect(JSON.parse(body)).toMatchObject({ status, code, instance: requestId });
  const lines = target.api.lines.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toEqual([expect.objectContaining({ requestId, status, code, msg: 'request' })]);
  expect(lines[0]?.['route']).toBe(route);
});

test.each(['me', '?', '#', '%', 'http:/me', 'http:me', 'localhost:80', 'http://localhost\\@other/me', 'http://x#f'])(
  'GET %s is no request target',
  async (requestTarget) => {
    const text = await target.raw(`GET ${requestTarget} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 400 [^]*"code":"http_malformed"/);
  },
);

test('a guarded route in absolute form is called with its token', async () => {
  const token = target.api.customers.accessToken();
  const text = await target.raw(
    `GET http://localhost/me?x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  expect(text).toMatch(/^HTTP\/1\.1 200 [^]*"username":"regular"/);
});
