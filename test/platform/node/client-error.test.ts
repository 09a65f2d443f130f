import { expect, test } from '@jest/globals';
import { openTarget } from '../../harness/http-target.js';

const target = openTarget();

/** The bytes that came back, and what the log holds since. */
async function send(bytes: string) {
  const before = target.api.lines.length;
  const text = await target.raw(bytes);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const lines = target.api.lines.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
  const [, requestId] = /^X-Request-Id: (\S+)$/im.exec(head) ?? [];
  return { head, body, lines, requestId };
}

test.each([
  ['no HTTP', 'garbage\r\n\r\n', 400, 'http_malformed', 'HPE_INVALID_METHOD'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'http_malformed', 'HPE_INVALID_METHOD'],
  ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'http_malformed', 'HPE_PAUSED_H2_UPGRADE'],
  ['an unknown method', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'http_malformed', 'HPE_INVALID_METHOD'],
  ['no Host', 'GET /health HTTP/1.1\r\n\r\n', 400, 'http_malformed', 'HOST_MISSING'],
  ['two Hosts', 'GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', 400, 'http_malformed', 'HOST_REPEATED'],
  ['one Host twice', 'GET /health HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n', 400, 'http_malformed', 'HOST_REPEATED'],
  [
    'two Hosts in HTTP/1.0',
    'GET /health HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n',
    400,
    'http_malformed',
    'HOST_REPEATED',
  ],
  ['CONNECT', 'CONNECT localhost:80 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'http_malformed', 'CONNECT'],
  [
    'headers of 20 KB',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers_too_large',
    'HPE_HEADER_OVERFLOW',
  ],
])('%s gets a problem with a request id, and a line in the log', async (_name, bytes, status, code, reason) => {
  const { head, body, lines, requestId } = await send(bytes);
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toMatch(/^Content-Type: application\/problem\+json; charset=utf-8$/im);
  expect(head).toMatch(/^Connection: close$/im);
  expect(head).not.toMatch(/^X-Powered-By/im);
  expect(JSON.parse(body)).toMatchObject({ status, code, instance: requestId });
  expect(lines).toEqual([expect.objectContaining({ requestId, status, code, reason, msg: 'request' })]);
});

test('a malformed request after a good one does not change the response to that', async () => {
  const { head, lines } = await send('GET /health HTTP/1.1\r\nHost: x\r\n\r\ngarbage\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
  expect(new Set(lines.map(({ status }) => status))).toEqual(new Set([200, 400]));
});

test('an Expect that is unknown is ignored (RFC 9110 section 10.1.1)', async () => {
  const { head, requestId, lines } = await send(
    'GET /health HTTP/1.1\r\nHost: x\r\nExpect: something\r\nConnection: close\r\n\r\n',
  );
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
  expect(lines).toEqual([expect.objectContaining({ requestId, status: 200 })]);
});
