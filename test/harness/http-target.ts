import { channel } from 'node:diagnostics_channel';
import { Agent, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAppServer, listen } from '../../app/platform/node/server.js';
import { product } from './fixture-api/product.js';
import { startApi, type Api, type ApiOptions } from './test-api.js';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Of the problem in the body; undefined where there is none. */
  code: string | undefined;
  challenge: string | undefined;
}

export interface Call {
  method?: string;
  path?: string;
  /** Sent as they are, in this order: a name may come twice. */
  headers?: [name: string, value: string][];
  body?: string;
}

/** The API behind a real HTTP server, and the connections that the process opened since. */
export interface HttpTarget {
  api: Api;
  port: number;
  call(call: Call): Promise<Answer>;
  /** `GET path` with the token. */
  get(token: string, path?: string): Promise<Answer>;
  /** Writes the bytes on a connection of their own and resolves to all bytes that came back until its end, as latin1. */
  raw(bytes: string): Promise<string>;
  /** Addresses beside the API and the JWKS endpoints that someone in this process tried to reach. */
  unexpectedConnections: string[];
}

function answerFrom(status: number, headers: IncomingHttpHeaders, body: string): Answer {
  const isProblem = headers['content-type']?.startsWith('application/problem+json') === true && body !== '';
  const code = isProblem ? (JSON.parse(body) as { code: string }).code : undefined;
  return { status, headers, body, code, challenge: headers['www-authenticate'] };
}

/** Opens a target for the tests of a file and closes it after them. */
export function openTarget(options: ApiOptions = {}): HttpTarget {
  const target = { unexpectedConnections: [] as string[] } as HttpTarget;
  const agent = new Agent({ keepAlive: true });
  let server: Server;

  function watch(message: unknown) {
    const { socket } = message as { socket: Socket };
    socket.on('connectionAttempt', (ip: string, port: number) => {
      const known = [
        target.port,
        ...[target.api.customers, target.api.staff].map(({ pool }) => Number(new URL(pool.jwksUri).port)),
      ];
      if (ip !== '127.0.0.1' || !known.includes(port)) target.unexpectedConnections.push(`${ip}:${port}`);
    });
  }

  target.call = ({ method = 'GET', path = '/', headers = [], body }) =>
    new Promise((resolve, reject) => {
      const options = {
        agent,
        method,
        path,
        port: target.port,
        host: '127.0.0.1',
        setHost: false,
        joinDuplicateHeaders: false,
      };
      const call = request({ ...options, headers: ['Host', 'localhost', ...headers.flat()] as never }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(answerFrom(response.statusCode ?? 0, response.headers, text)));
      });
      call.on('error', reject).end(body);
    });

  target.get = (token, path = '/') => target.call({ path, headers: [['Authorization', `Bearer ${token}`]] });

  target.raw = (bytes) =>
    new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(target.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
      socket.setEncoding('latin1').on('data', (chunk) => (text += chunk));
      // The server may hang up while a long request is still on its way.
      socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
      socket.on('close', () => resolve(text));
    });

  beforeAll(async () => {
    target.api = await startApi(options);
    server = createAppServer(target.api.app, target.api.log);
    target.port = Number(new URL(await listen(server, 0, '127.0.0.1')).port);
    channel('net.client.socket').subscribe(watch);
  });
  afterAll(async () => {
    channel('net.client.socket').unsubscribe(watch);
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await target.api.close();
  });
  return target;
}

const REALM = `Bearer realm="${product.name}"`;
/** RFC 6750 section 3: no character in the quotes that could end them. */
const DESCRIPTION = 'error_description="[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+"';

const challenges = {
  token_missing: [401, `^${REALM}$`],
  request_malformed: [400, `^${REALM}, error="invalid_request", ${DESCRIPTION}$`],
  token_invalid: [401, `^${REALM}, error="invalid_token", ${DESCRIPTION}$`],
  token_expired: [401, `^${REALM}, error="invalid_token", ${DESCRIPTION}$`],
  token_not_yet_valid: [401, `^${REALM}, error="invalid_token", ${DESCRIPTION}$`],
  not_allowed: [403, `^${REALM}, error="insufficient_scope", ${DESCRIPTION}(?:, scope="[!#-\\[\\]-~ ]+")?$`],
} as const;

export type Code = keyof typeof challenges;

/** The response is the problem of that code, with its challenge and a request id; the process called nobody else. */
export function expectRefused(
  target: HttpTarget,
  { status, code, challenge, headers }: Answer,
  expected: Code = 'token_invalid',
) {
  const [expectedStatus, pattern] = challenges[expected];
  expect({ status, code }).toEqual({ status: expectedStatus, code: expected });
  expect(challenge).toMatch(new RegExp(pattern));
  expect(headers['x-request-id']).toBeDefined();
  expect(target.unexpectedConnections).toEqual([]);
}

/** A bad token by name, made when the pools are there; refused as `token_invalid` unless it says otherwise. */
export type Attack = [name: string, token: (api: Api) => string, code?: Code];

/** One test for each attack: the token is sent as it is, and refused. */
export function testRefusals(target: HttpTarget, attacks: readonly Attack[]) {
  const rows = attacks.map(([name, token, code = 'token_invalid']) => [name, token, code] as const);
  test.each(rows)('%s', async (_name, token, code) => {
    expectRefused(target, await target.get(token(target.api)), code);
  });
}
