import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { essence, exchange, type Answer, type Call } from './http-exchange.js';
import { createFixture } from './fixture/app.js';
import type { HttpApiEvent } from './gateway/event.js';
import { EVERY_CALL, startHttpApi } from './gateway/http-api.js';
import { startLoopbackServer, type LoopbackServer } from './loopback-server.js';
import { NODE_VERSIONS, startFunction, type LambdaFunction, type NodeVersion } from './runtime/lambda-function.js';

let local: LoopbackServer;
let directory: string;
const functions = new Map<NodeVersion, LambdaFunction>();
const apis = new Map<NodeVersion, LoopbackServer>();

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'handlers-'));
  execFileSync(process.execPath, ['test/lambda/fixture/bundle.js', directory]);
  local = await startLoopbackServer(createFixture({ log: pino({ level: 'silent' }) }));
  for (const node of NODE_VERSIONS) {
    const lambda = await startFunction({ node, directory });
    functions.set(node, lambda);
    const timeoutOf = (path: string) => (path.startsWith('/never') ? 1500 : 10_000);
    const invoke = (event: HttpApiEvent) => lambda.invoke(event, timeoutOf(event.rawPath));
    apis.set(node, await startHttpApi({ routes: EVERY_CALL, invoke }));
  }
});

afterAll(async () => {
  await Promise.all([local, ...apis.values()].map((server) => server.close()));
  await Promise.all([...functions.values()].map((lambda) => lambda.stop()));
  rmSync(directory, { recursive: true });
});

const json = { 'content-type': 'application/json' };

const calls: (Call & { name: string })[] = [
  { name: 'a thrown error', path: '/throws' },
  { name: 'a rejection', path: '/rejects' },
  { name: 'nothing thrown', path: '/throws/nothing' },
  { name: 'an error with a status', path: '/throws/status' },
  { name: 'two responses', path: '/twice' },
  { name: 'bytes', path: '/bytes' },
  { name: 'a compressed response', path: '/compressed' },
  { name: 'text in latin1', path: '/latin1' },
  { name: 'text with unicode', path: '/text' },
  { name: 'cookies and a header twice', path: '/cookies' },
  { name: 'a head written at once', path: '/written' },
  { name: '204', path: '/empty' },
  { name: 'no body', path: '/nothing' },
  { name: 'a redirect', path: '/elsewhere' },
  { name: 'a response in pieces', path: '/pieces' },
  { name: 'a response of 1 MB', path: '/large' },
  {
    name: 'the format that the client prefers',
    path: '/formats',
    headers: { accept: 'application/json, text/html;q=0.5' },
  },
  { name: 'the format for a browser', path: '/formats', headers: { accept: 'text/html,*/*;q=0.8' } },
  {
    name: 'what Express says of a request',
    path: '/asks',
    headers: { ...json, 'accept-language': 'en, de;q=0.5', range: 'bytes=1-2, 5-', 'x-forwarded-for': '192.0.2.1' },
  },
  { name: 'a file to download', path: '/file' },
  { name: 'a part of a file', path: '/file', headers: { range: 'bytes=2-4' } },
  { name: 'a file that the client has', path: '/file', headers: { 'if-modified-since': new Date(1000).toUTCString() } },
  { name: 'a file that is not there', path: '/file/missing' },
  { name: 'a signed cookie', path: '/signed' },
  { name: "JSON, by Express's parser", method: 'POST', path: '/parsed/json', headers: json, body: '{"a":["λ"]}' },
  { name: "no JSON, by Express's parser", method: 'POST', path: '/parsed/json', headers: json, body: '{' },
  {
    name: "a form, by Express's parser",
    method: 'POST',
    path: '/parsed/form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a[b]=1&a[c][]=%CE%BB',
  },
  {
    name: "text, by Express's parser",
    method: 'POST',
    path: '/parsed/text',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'λ',
  },
  { name: 'a late response', path: '/late?ms=50' },
  { name: 'HEAD of bytes', method: 'HEAD', path: '/bytes' },
  { name: 'HEAD of a thrown error', method: 'HEAD', path: '/throws' },
  { name: 'a path with a space and unicode', path: '/echo/a%20%CE%BB%20%F0%9F%8E%88' },
  { name: 'a path with a hash', path: '/echo/a%23b' },
  { name: 'a query with a key twice, in order', path: '/echo/x?b=2&a=1&b=%20%2F+%CE%BB&c&d=' },
  { name: 'an odd query', path: '/echo/x?&&=&a=%&__proto__=1' },
  { name: 'cookies', path: '/echo/x', headers: { cookie: 'a=1; b="2; 3"' } },
  { name: 'a header twice', path: '/echo/x', headers: { 'x-many': ['one', 'two'] } },
  { name: 'a body', method: 'POST', path: '/echo/x', headers: json, body: '{"name":"λ 世界 🎈","list":[1,null]}' },
  { name: 'a body of one character', method: 'PUT', path: '/echo/x', headers: json, body: '0' },
  { name: 'a body of spaces', method: 'PATCH', path: '/echo/x', headers: json, body: '  ' },
  { name: 'a body with DELETE', method: 'DELETE', path: '/echo/x', headers: json, body: '{"a":1}' },
  { name: 'a body with GET', path: '/echo/x', headers: json, body: '{"a":1}' },
];

/** The request id, to be looked for. */
function idOf({ 'x-request-id': [id = ''] = [] }: Answer['headers']) {
  return id.replaceAll(/[+/=]/g, String.raw`\$&`);
}

describe.each(NODE_VERSIONS)('in Lambda with Node %i', (node) => {
  const origin = () => apis.get(node)?.url ?? '';
  const logged = (pattern: RegExp) => functions.get(node)?.logged(pattern);

  test.each(calls.map((call) => [call.name, call] as const))('%s as locally', async (_name, call) => {
    const [here, there] = await Promise.all([exchange(origin(), call), exchange(local.url, call)]);
    // The gateway adds a length where Express sends chunks.
    const { 'content-length': length, ...others } = essence(here).headers;
    const headers = there.headers['content-length'] ? { ...others, 'content-length': length } : others;
    expect({ ...essence(here), headers }).toEqual(essence(there));
  });

  test('a response that breaks off is an error of the function, not half a response', async () => {
    await expect(exchange(local.url, { path: '/broken' })).rejects.toThrow('hang up');
    const { status, body } = await exchange(origin(), { path: '/broken' });
    expect([status, body]).toEqual([500, '']);
  });

  test('a call that never finishes is 503 before Lambda ends the function, and the next is served', async () => {
    const { status, headers, body } = await exchange(origin(), { path: '/never' });
    expect(status).toBe(503);
    expect(headers).toMatchObject({
      'retry-after': ['1'],
      'content-type': ['application/problem+json; charset=utf-8'],
    });
    expect(JSON.parse(body)).toMatchObject({ code: 'timed_out', instance: headers['x-request-id']?.[0] });
    await expect(logged(/"route":"GET \/never","status":503/)).resolves.toContain('"msg":"request"');
    expect((await exchange(origin(), { path: '/empty' })).status).toBe(204);
  });

  test('a response that begins and never ends is an error of the function', async () => {
    const { status, body } = await exchange(origin(), { path: '/never/ends' });
    expect([status, body]).toEqual([500, '']);
  });

  test('a client that disconnects does not affect the next call', async () => {
    const gone = new AbortController();
    const call = fetch(`${origin()}/late?ms=100`, { signal: gone.signal });
    setImmediate(() => gone.abort());
    await expect(call).rejects.toThrow('aborted');
    expect((await exchange(origin(), { path: '/empty' })).status).toBe(204);
  });

  test('a stack in the log names the source', async () => {
    const { headers } = await exchange(origin(), { path: '/rejects' });
    const line = await logged(new RegExp(`"level":50,.*${idOf(headers)}`));
    expect(line).toMatch(/TypeError: rejected on purpose\\n +at \S+ \(\S*test\/lambda\/fixture\/app.ts:\d+:\d+/);
  });

  test("a log line carries the gateway's request id and Lambda's", async () => {
    const { headers } = await exchange(origin(), { path: '/empty' });
    const line = await logged(new RegExp(idOf(headers)));
    expect(JSON.parse(line ?? '')).toMatchObject({
      requestId: headers['x-request-id']?.[0],
      lambdaRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
      route: 'GET /empty',
      status: 204,
    });
  });
});
