import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Agent, get, request, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { startCollector } from '../../harness/collector.js';
import { startIssuer, type Issuer } from '../../harness/issuer.js';
import { runServer, scratchDirectory, startServer } from '../../harness/server-process.js';
import { readAll } from '../../harness/table-under-test.js';

let customers: Issuer;
let staff: Issuer;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  [customers, staff] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
  const settings = ({ pool }: Issuer) => ({
    userPoolId: pool.userPoolId,
    clientIds: [...pool.clientIds],
    jwksUri: pool.jwksUri,
  });
  env = { COGNITO_POOLS: JSON.stringify({ customers: settings(customers), staff: settings(staff) }) };
});
afterAll(() => Promise.all([customers.close(), staff.close()]));

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('pools of an emulator', () => {
  test("with Cognito's issuer and a JWKS URI on loopback, its tokens are accepted, with a warning in the log", async () => {
    const server = await startServer(env);
    const answer = await fetch(server.url, {
      headers: { ...bearer(customers.accessToken()), connection: 'close' },
    });
    expect([answer.status, await answer.json()]).toEqual([200, ['Welcome to AWS']]);
    expect(server.output()).toContain("customers.jwksUri is not Cognito's own");
    server.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  });
});

describe('a start that fails', () => {
  test('wrong settings end with status 1 and every problem in one message without a stack', async () => {
    const { status, output } = await runServer({ COGNITO_POOLS: '{', PORT: 'abc' });
    expect(status).toBe(1);
    expect(output).toMatch(/PORT must be[^]*COGNITO_POOLS is not JSON|COGNITO_POOLS is not JSON[^]*PORT must be/);
    expect(output).not.toMatch(/^\s+at /m);
  });

  test('a busy port ends with status 1 and says what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { status, output } = await runServer({ ...env, PORT: String(port) });
    other.close();
    expect(status).toBe(1);
    expect(output).toContain(`Port ${port} on 127.0.0.1 is in use: stop what listens there, or set PORT`);
    expect(output).not.toMatch(/^\s+at /m);
  });
});

describe('a graceful stop', () => {
  test('under load from 100 connections, every request that was accepted gets its response', async () => {
    const server = await startServer({ ...env, LOG_LEVEL: 'silent' });
    const agent = new Agent({ keepAlive: true, maxSockets: 100 });
    const options = { agent, headers: bearer(customers.accessToken()) };
    const ask = () =>
      new Promise<IncomingMessage>((resolve, reject) =>
        get(`${server.url}/me`, options, (answer) => answer.resume().once('end', () => resolve(answer))).once(
          'error',
          reject,
        ),
      );
    const statuses: (number | undefined)[] = [];
    let isWarm: () => void;
    const warm = new Promise<void>((resolve) => (isWarm = resolve));
    const client = async () => {
      let isOpen = true;
      while (isOpen) {
        const { statusCode, headers } = await ask();
        if (statuses.push(statusCode) === 1000) isWarm();
        isOpen = headers.connection !== 'close';
      }
    };
    const clients = Promise.all(Array.from({ length: 100 }, client));
    await warm;
    server.kill('SIGTERM');
    await clients;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await server.exited).toBe(0);
    agent.destroy();
  });

  test('in the middle of writes, what had a response is there after the next start', async () => {
    const directory = await scratchDirectory();
    const writingEnv = { ...env, LOCAL_DIR: directory.path, LOG_LEVEL: 'silent' };
    const server = await startServer(writingEnv);
    const headers = {
      ...bearer(staff.accessToken({ 'cognito:groups': ['chefs'] })),
      'content-type': 'application/json',
    };
    const written: string[] = [];
    const writer = async () => {
      // A connection of its own: fetch would open another, which is refused, though this one is still served.
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let isOpen = true; isOpen;) {
        const call = request(`${server.url}/items`, { method: 'POST', agent, headers });
        const [response] = (await once(call.end('{"name":"written"}'), 'response')) as [IncomingMessage];
        expect(response.statusCode).toBe(201);
        written.push(((await json(response)) as { id: string }).id);
        if (written.length === 100) server.kill('SIGTERM');
        isOpen = response.headers.connection !== 'close';
      }
      agent.destroy();
    };
    await Promise.all(Array.from({ length: 8 }, writer));
    expect(await server.exited).toBe(0);

    const { url, kill, exited } = await startServer(writingEnv);
    const stored = await readAll(async (cursor) => {
      const page = `${url}/items?limit=100${cursor ? `&cursor=${cursor}` : ''}`;
      const response = await fetch(page, { headers: bearer(customers.accessToken()) });
      return (await response.json()) as { items: { id: string }[]; next: string | null };
    });
    kill('SIGKILL');
    await exited;
    await directory.remove();
    expect(stored.map(({ id }) => id).toSorted()).toEqual(written.toSorted());
  });

  test('a request that is half sent is waited for', async () => {
    const server = await startServer({ ...env, LOG_LEVEL: 'silent' });
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    const token = staff.accessToken({ 'cognito:groups': ['chefs'] });
    const body = JSON.stringify({ name: 'First' });
    const head = `Host: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nConnection: close\r\nExpect: 100-continue`;
    socket.write(`POST /items HTTP/1.1\r\n${head}\r\nContent-Length: ${body.length}\r\n\r\n`);
    const [first] = (await once(socket, 'data')) as [string];
    expect(first).toMatch(/^HTTP\/1.1 100 /);
    server.kill('SIGTERM');
    await untilRefused(Number(port));
    socket.write(body);
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
    expect(await server.exited).toBe(0);
  });
});

test('a server that is told where traces go has sent all of them when it ends, each with the id that its log has', async () => {
  const collector = await startCollector();
  const server = await startServer({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
  const headers = { ...bearer(customers.accessToken()), connection: 'close' };
  expect((await fetch(`${server.url}/me`, { headers })).status).toBe(200);
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  await collector.close();
  expect(collector.spans.map(({ name }) => name)).toEqual(['guard', 'GET /me']);
  expect(server.output()).toContain(`"traceId":"${collector.spans[0]?.traceId}"`);
});

async function untilRefused(port: number) {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isRefused = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
    });
    socket.destroy();
    if (isRefused) return;
  }
}
