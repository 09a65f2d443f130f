import { request as forward } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type ServerProcess } from '../../harness/server-process.js';
import { exchange } from '../../lambda/http-exchange.js';
import { startLoopbackServer } from '../../lambda/loopback-server.js';
import { printedPage } from './printed-page.js';

let server: ServerProcess;
let page: ReturnType<typeof printedPage>;
beforeAll(async () => {
  server = await startServer({});
  page = printedPage(server);
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
});

const regular = { pool: 'customers', username: 'regular', password: 'Passw0rd!' };
const notLocal = {
  status: 403,
  body: expect.objectContaining({
    code: 'sign_in_not_local',
    detail: expect.stringContaining('without a proxy in between: use the address that npm start printed'),
  }),
};

test('with the page key, gives a token and no secret', async () => {
  const { status, body } = await page.signIn(regular);
  expect([status, Object.keys(body)]).toEqual([200, ['accessToken']]);
});

test.each([
  ['a wrong password', { ...regular, password: 'x' }, 'sign_in_failed'],
  ['an unknown pool', { ...regular, pool: 'constructor' }, 'sign_in_failed'],
  ['no password', { pool: 'customers', username: 'regular' }, 'input_invalid'],
])('%s is 422', async (_what, credentials, code) => {
  expect(await page.signIn(credentials)).toMatchObject({ status: 422, body: { code } });
});

describe('is refused with the right password', () => {
  test.each([
    ['no page key', () => ''],
    ['a wrong page key', () => 'wrong'],
    ['another page key of that length', () => page.key.replaceAll(/[\da-f]/g, '0')],
    ['the page key and more', () => `${page.key}x`],
  ])('and %s', async (_what, key) => {
    expect(await page.signIn(regular, { 'X-Page-Key': key() })).toEqual(notLocal);
  });

  test.each([
    ['Forwarded', 'for=192.0.2.1'],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Forwarded-Host', 'localhost'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Anything', ''],
    ['Via', '1.1 proxy'],
    ['X-Real-IP', '127.0.0.1'],
  ])('and the page key, with %s', async (name, value) => {
    expect(await page.signIn(regular, { [name]: value })).toEqual(notLocal);
  });

  test.each(['api.example', '192.0.2.1', '127.0.0.1.api.example', 'localhost.api.example', '[::2]'])(
    'and the page key, at the host %s',
    async (host) => {
      const { status, body } = await exchange(server.url, {
        method: 'POST',
        path: '/docs/sign-in',
        headers: { host, 'content-type': 'application/json', 'x-page-key': page.key },
        body: JSON.stringify(regular),
      });
      expect({ status, body: JSON.parse(body) as unknown }).toEqual(notLocal);
    },
  );

  test('through a proxy that adds no header, without the page key', async () => {
    const { hostname: host, port } = new URL(server.url);
    // As nginx's default proxy_pass does: Host is the upstream's.
    const proxy = await startLoopbackServer((request, response) => {
      const headers = { ...request.headers, host: `${host}:${port}`, connection: 'close' };
      const upstream = forward({ host, port, method: request.method, path: request.url, headers }, (received) => {
        received.pipe(response.writeHead(received.statusCode ?? 0, received.headers));
      });
      request.pipe(upstream);
    });
    const html = await (await fetch(`${proxy.url}/docs`)).text();
    const script = await (await fetch(`${proxy.url}/docs/page.js`)).text();
    expect(html + script).not.toContain(page.key);
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${proxy.url}/docs/sign-in`, {
      method: 'POST',
      headers,
      body: JSON.stringify(regular),
    });
    expect({ status: response.status, body: await response.json() }).toEqual(notLocal);
    await proxy.close();
  });
});

test('the page key is new with every start, and not in the log', async () => {
  const other = await startServer({});
  const { key } = printedPage(other);
  await printedPage(other).signIn(regular);
  other.kill('SIGTERM');
  await other.exited;
  expect(key).toMatch(/^[\da-f-]{36}$/);
  expect(key).not.toBe(page.key);
  expect(other.output().split(key)).toHaveLength(2);
});

test('is absent where the local Cognito is, as the docs are where they are turned off', async () => {
  const pools = { customers: { userPoolId: 'eu-west-1_AbCdEfGhI', clientIds: ['x'] } };
  const other = await startServer({ COGNITO_POOLS: JSON.stringify(pools), DOCS: 'off', LOG_LEVEL: 'silent' });
  const ask = async (path: string, method = 'GET') => (await fetch(`${other.url}${path}`, { method })).status;
  const statuses = [await ask('/docs'), await ask('/openapi.json'), await ask('/docs/sign-in', 'POST')];
  other.kill('SIGTERM');
  await other.exited;
  expect(statuses).toEqual([404, 404, 404]);
});

test('is absent from the docs of a server without the local Cognito', async () => {
  const pools = { customers: { userPoolId: 'eu-west-1_AbCdEfGhI', clientIds: ['x'] } };
  const other = await startServer({ COGNITO_POOLS: JSON.stringify(pools), LOG_LEVEL: 'silent' });
  const html = await (await fetch(`${other.url}/docs`)).text();
  const { status } = await fetch(`${other.url}/docs/sign-in`, { method: 'POST' });
  other.kill('SIGTERM');
  await other.exited;
  expect(html).toContain('data-sign-in-pools=""');
  expect([status, other.output()]).toEqual([405, expect.not.stringContaining('#key=')]);
});
