import { once, EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { carriedBy, createSigningKey, publicJwk, startIssuer, type Issuer } from '../harness/issuer.js';
import { environmentFor } from './environment.js';
import { exchange } from './http-exchange.js';
import { EVERY_CALL, startHttpApi } from './gateway/http-api.js';
import { NODE_VERSIONS, startFunction, type NodeVersion } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

let customers: Issuer;
let unpacked: ReturnType<typeof unpack>;
beforeAll(async () => {
  customers = await startIssuer('customers');
  unpacked = unpack('dist/fixture/lambda.zip');
});
afterAll(async () => {
  await customers.close();
  unpacked.remove();
});
beforeEach(() => {
  Object.assign(customers, { fetches: 0, answer: undefined, published: [customers.key] });
});

let stop: () => Promise<unknown>;
afterEach(() => stop());

async function start(node: NodeVersion, own: Readonly<Record<string, string>> = {}) {
  const environment = { ...environmentFor([customers]), ...own };
  const lambda = await startFunction({ node, directory: unpacked.directory, environment });
  const api = await startHttpApi({ routes: EVERY_CALL, invoke: (event) => lambda.invoke(event) });
  stop = () => Promise.all([api.close(), lambda.stop()]);
  return { url: api.url, lambda };
}

describe.each(NODE_VERSIONS)('the keys of a function that starts, with Node %i,', (node) => {
  const call = (headers = {}) => ({ path: '/me', headers });
  const bearer = () => ({ authorization: `Bearer ${customers.accessToken()}` });

  test('are fetched once, however many calls it serves', async () => {
    const api = await start(node);
    for (const headers of [{}, bearer(), {}, bearer(), bearer()]) {
      expect((await exchange(api.url, call(headers))).status).toBe('authorization' in headers ? 200 : 401);
    }
    expect(customers.fetches).toBe(1);
  });

  test('are awaited by the first call with a token alone, and its body is kept meanwhile', async () => {
    const asked = new EventEmitter();
    customers.answer = (_request, response) => void asked.emit('asked', response);
    const fetching = once(asked, 'asked');
    const api = await start(node);
    const [response] = await fetching;
    expect((await exchange(api.url, { path: '/health' })).status).toBe(200);
    expect((await exchange(api.url, call())).status).toBe(401);

    const token = customers.idToken({ 'custom:tenant': 'acme' });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const refused = exchange(api.url, { method: 'POST', path: '/tenant/items', headers, body: '{"tags":5}' });
    customers.answer = undefined;
    const document = await (await fetch(customers.pool.jwksUri)).text();
    response.end(document);
    const { errors } = JSON.parse((await refused).body) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(['/name', '/tags']);
  });

  test('that are unavailable make calls with a token 503, and no others', async () => {
    customers.answer = (_request, response) => response.writeHead(500).end();
    const api = await start(node);
    expect((await exchange(api.url, { path: '/health' })).status).toBe(200);
    expect((await exchange(api.url, call())).status).toBe(401);
    const { status, headers, body } = await exchange(api.url, call(bearer()));
    expect([status, JSON.parse(body).code]).toEqual([503, 'keys_unavailable']);
    expect(headers).toHaveProperty('retry-after');
  });

  test('are those of the deployment, where it carries them: an outage then makes no call 503, and leaves a warning', async () => {
    customers.answer = (_request, response) => response.writeHead(500).end();
    const { url, lambda } = await start(node, { COGNITO_KEYS: carriedBy(customers) });
    expect((await exchange(url, call(bearer()))).status).toBe(200);
    const line = JSON.parse(await lambda.logged(/signing keys could not be fetched/)) as object;
    expect(line).toMatchObject({ level: 40, pool: 'customers', keys: 'carried' });
    expect((await exchange(url, call(bearer()))).status).toBe(200);
  });

  test('are not awaited by the first call, where the deployment carries them, and those that left are gone after it', async () => {
    const asked = new EventEmitter();
    customers.answer = (_request, response) => void asked.emit('asked', response);
    const fetching = once(asked, 'asked');
    const { url, lambda } = await start(node, { COGNITO_KEYS: carriedBy(customers) });
    const token = bearer();
    expect((await exchange(url, call(token))).status).toBe(200);
    const [response] = await fetching;
    customers.published = [createSigningKey()];
    customers.answer = undefined;
    response.end(await (await fetch(customers.pool.jwksUri)).text());
    await lambda.logged(/carried signing keys have left the JWKS/);
    const { status, body } = await exchange(url, call(token));
    expect([status, JSON.parse(body).code]).toEqual([401, 'token_invalid']);
  });
});

// Lambda freezes a process once it has answered.
test('a fetch that is frozen with the process is no outage: it is repeated', async () => {
  const asked = new EventEmitter();
  customers.answer = () => void asked.emit('first');
  const first = once(asked, 'first');
  const { url, lambda } = await start(22, { COGNITO_KEYS: carriedBy(customers) });
  const get = async () =>
    (await exchange(url, { path: '/me', headers: { authorization: `Bearer ${customers.accessToken()}` } })).status;
  expect(await get()).toBe(200);
  await first;

  const again = once(asked, 'again');
  customers.answer = (_request, response) => {
    response.end(JSON.stringify({ keys: [publicJwk(customers.key)] }));
    asked.emit('again');
  };
  process.kill(lambda.pid, 'SIGSTOP');
  await setTimeout(3_100);
  process.kill(lambda.pid, 'SIGCONT');
  await again;
  expect(await get()).toBe(200);
  expect(customers.fetches).toBe(2);
  expect(lambda.log()).not.toContain('signing keys');
});
