import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { Agent, request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { beforeTests, createApp, useEmulator } from '../emulator.js';
import { anotherLoginClient, authorizePath } from '../managed-login/browser.js';

const emulator = useEmulator({ tls: true, hosts: ['host.docker.internal', '10.0.2.2'] });
const app = beforeTests(() => createApp(emulator));
let ca: string;
let port: number;

beforeAll(async () => {
  port = Number(new URL(emulator.endpoint()).port);
  ca = await readFile(`${emulator.dir}/cognito-ca.pem`, 'utf8');
});

const jwksPath = () => `/${app.UserPoolId}/.well-known/jwks.json`;

/** A GET over TLS at the name `host`, whose certificate must be good for it. */
function get(host: string, path: string, agent = new Agent({ ca })) {
  return new Promise<{ status: number | undefined; text: string; cookies: string[] }>((resolve, reject) => {
    const options = { agent, servername: /^\d/u.test(host) ? '' : host, headers: { host: `${host}:${port}` } };
    const sent = httpsRequest(`https://127.0.0.1:${port}${path}`, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const { statusCode: status, headers } = response;
      response.on('end', () => resolve({ status, text, cookies: headers['set-cookie'] ?? [] }));
    });
    sent.on('error', reject).end();
  });
}

async function handshake(options: { servername?: string; ca?: string }): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', ...options });
  await once(socket, 'secureConnect');
  return socket;
}

describe('the same port', () => {
  test('serves plain HTTP and TLS, also at the same time', async () => {
    const plain = () => fetch(`${emulator.endpoint()}${jwksPath()}`).then((response) => response.text());
    const secure = () => get('localhost', jwksPath()).then(({ text }) => text);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? plain() : secure())));
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')).toHaveProperty('keys');
  });

  test('serves many requests on one connection over TLS', async () => {
    const agent = new Agent({ ca, keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 5; count += 1)
      expect(await get('localhost', jwksPath(), agent)).toMatchObject({ status: 200 });
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    agent.destroy();
  });

  test('serves a request whose bytes arrive one by one', async () => {
    const socket = connectTcp(port, '127.0.0.1').setNoDelay();
    for (const byte of `GET ${jwksPath()} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
      await new Promise((resolve) => socket.write(byte, resolve));
    const [first] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
    expect(first).toMatch(/^HTTP\/1\.1 200 OK/u);
    socket.destroy();
  });

  test('survives bytes that are neither, and handshakes that end early', async () => {
    for (const bytes of [Buffer.from([22]), Buffer.from([22, 3, 1, 255, 255, 0, 0]), Buffer.from([0, 1, 2])]) {
      const socket = connectTcp(port, '127.0.0.1').on('error', () => undefined);
      await new Promise((resolve) => socket.write(bytes, resolve));
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
    expect(await get('localhost', jwksPath())).toMatchObject({ status: 200 });
  });

  test('survives clients that reset the connection after the handshake', async () => {
    const tcp = connectTcp(port, '127.0.0.1').on('error', () => undefined);
    const secure = connectTls({ socket: tcp, ca, servername: 'localhost' }).on('error', () => undefined);
    await once(secure, 'secureConnect');
    await new Promise((resolve) =>
      secure.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n', resolve),
    );
    tcp.resetAndDestroy();
    await once(tcp, 'close');
    expect(await get('localhost', jwksPath())).toMatchObject({ status: 200 });
  });

  test('is released at a close, silent connections included', async () => {
    const silent = connectTcp(port, '127.0.0.1');
    await once(silent, 'connect');
    const secure = await handshake({ ca, servername: 'localhost' });
    const closed = [once(silent, 'close'), once(secure, 'close')];
    silent.on('error', () => undefined);
    secure.on('error', () => undefined);
    await emulator.restart();
    await Promise.all(closed);
    expect(await get('localhost', jwksPath())).toMatchObject({ status: 200 });
  });
});

test('cookies of managed login are for TLS alone', async () => {
  const path = authorizePath(await anotherLoginClient(app)).replace('/oauth2/authorize', '/login');
  const { cookies } = await get('localhost', path);
  expect(cookies).toStrictEqual([
    expect.stringMatching(/^XSRF-TOKEN=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/u),
  ]);
});

describe('the certificate', () => {
  test.each(['localhost', '127.0.0.1', 'host.docker.internal', '10.0.2.2'])('is good for %s', async (host) => {
    const { status, text } = await get(host, `/${app.UserPoolId}/.well-known/openid-configuration`);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toHaveProperty('token_endpoint', `https://${host}:${port}/oauth2/token`);
  });

  test('is good for nothing else, is no authority, and is not trusted by default', async () => {
    await expect(handshake({ ca, servername: 'example.com' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    await expect(handshake({ servername: 'localhost' })).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    const socket = await handshake({ ca, servername: 'localhost' });
    expect(socket.getPeerX509Certificate()?.ca).toBe(false);
    socket.destroy();
  });

  test('is kept at a restart, its key to this user alone', async () => {
    await emulator.restart();
    expect(await readFile(`${emulator.dir}/cognito-ca.pem`, 'utf8')).toBe(ca);
    expect((await stat(`${emulator.dir}/cognito-tls.pem`)).mode & 0o777).toBe(0o600);
    expect(ca).not.toContain('PRIVATE KEY');
  });
});

describe('with the file in NODE_EXTRA_CA_CERTS', () => {
  test('Node trusts it', async () => {
    const script = `fetch(process.argv[1]).then(({ status }) => process.stdout.write(String(status)))`;
    const url = `https://localhost:${port}${jwksPath()}`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: `${emulator.dir}/cognito-ca.pem` };
    const stdout = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, ['-e', script, url], { env }, (error, out) => (error ? reject(error) : resolve(out)));
    });
    expect(stdout).toBe('200');
  });

  test('the AWS SDK signs in over TLS', async () => {
    const { NodeHttpHandler } = await import('@smithy/node-http-handler');
    const sdk = new CognitoIdentityProvider({
      endpoint: `https://localhost:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestHandler: new NodeHttpHandler({ httpsAgent: new Agent({ ca }) }),
    });
    const USERNAME = await app.addUser();
    const { AuthenticationResult } = await sdk.initiateAuth({
      ClientId: app.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD: 'Passw0rd!', SECRET_HASH: app.hash(USERNAME) },
    });
    expect(AuthenticationResult).toHaveProperty('AccessToken');
    sdk.destroy();
  });
});
