import { connect as tcpConnect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { useEmulator } from '../emulator.js';
import { rawRequests, target } from './raw-requests.js';

const emulator = useEmulator();
const { send, call, expectResponsive } = rawRequests(emulator);

describe('hostile input does no harm', () => {
  const bodies: Record<string, string> = {
    nothing: '',
    'half a JSON text': '{"UserPoolId":',
    'a list': '[]',
    null: 'null',
    'a string': '"x"',
    'binary data': '\u0000\u00ff\ufffd',
    'a prototype': '{"__proto__":{"MaxResults":1}}',
    'a deep structure': `{"MaxResults":1,"NextToken":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    'a deep setting': `{"PoolName":"a","UserPoolTags":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    'a thousand members': JSON.stringify(
      Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`m${index}`, 1])),
    ),
  };

  test.each(Object.keys(bodies))('%s', async (name) => {
    for (const operation of ['ListUserPools', 'CreateUserPool', 'InitiateAuth']) {
      const { status, body } = await call(operation, bodies[name] ?? '');
      expect(status).toBe(400);
      expect(body.length).toBeLessThan(4096);
    }
    await expectResponsive();
  });

  test('a body of more than 128 KB', async () => {
    const { status } = await call('ListUserPools', `"${'x'.repeat(200 * 1024)}"`);
    expect(status).toBe(413);
    await expectResponsive();
  });

  test.each([
    undefined,
    'x',
    'AWSCognitoIdentityProviderService.',
    'AWSCognitoIdentityProviderService.__proto__',
    'S3.Get',
  ])('the target %s', async (name) => {
    const { status, body } = await send('{}', name === undefined ? {} : { 'x-amz-target': name });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toHaveProperty('__type', 'UnknownOperationException');
  });

  test.each([
    'GET / HTTP/1.1\r\n\r\n',
    'NONSENSE\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{',
  ])('the bytes %j', async (bytes) => {
    const socket = tcpConnect(Number(new URL(emulator.endpoint()).port), '127.0.0.1');
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
    await expectResponsive();
  });

  test('an unknown path or method', async () => {
    expect((await send('', {}, { method: 'GET', path: '/' })).status).toBe(404);
    expect((await send('', {}, { method: 'GET', path: '/%2e%2e/.well-known/jwks.json' })).status).toBe(404);
    expect((await send('', {}, { method: 'DELETE' })).status).toBe(404);
    expect((await send('', {}, { path: '//evil.example/' })).status).toBe(404);
  });
});

describe('only local requests are accepted:', () => {
  const list = (headers: Record<string, string>) =>
    send('{"MaxResults":1}', { ...target('ListUserPools'), ...headers });

  test.each(['evil.example', 'evil.example:9229', '127.0.0.1.evil.example', '192.168.0.7'])(
    'none for the host "%s"',
    async (host) => expect((await list({ host })).status).toBe(403),
  );

  test.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'file://'])(
    'none from a page of %s',
    async (origin) => {
      const { status, headers } = await list({ origin });
      expect(status).toBe(403);
      expect(headers['access-control-allow-origin']).not.toBe('*');
    },
  );

  test.each(['http://127.0.0.1:3000', 'http://localhost:8080', 'http://[::1]'])(
    'one from a page of %s, which may read the response',
    async (origin) => {
      const { status, headers } = await list({ origin });
      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'origin' });
    },
  );

  test('a preflight from a local page', async () => {
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-amz-target' };
    const { status, headers } = await send('', { origin: 'http://127.0.0.1:3000', ...asks }, { method: 'OPTIONS' });
    expect(status).toBe(204);
    expect(headers['access-control-allow-headers']).toContain('x-amz-target');
    const foreign = await send('', { origin: 'https://evil.example', ...asks }, { method: 'OPTIONS' });
    expect(foreign.status).toBe(403);
  });
});
