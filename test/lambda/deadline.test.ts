import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { environmentFor, environmentOf } from './environment.js';
import { exchange } from './http-exchange.js';
import { EVERY_CALL, startHttpApi } from './gateway/http-api.js';
import { startLoopbackServer, type LoopbackServer } from './loopback-server.js';
import { NODE_VERSIONS, startFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

const TIMEOUT = 2000;

let customers: Issuer;
let silent: LoopbackServer;
let unpacked: ReturnType<typeof unpack>;
beforeAll(async () => {
  customers = await startIssuer('customers');
  silent = await startLoopbackServer(() => undefined);
  unpacked = unpack('dist/fixture/lambda.zip');
});
afterAll(async () => {
  await Promise.all([customers.close(), silent.close()]);
  unpacked.remove();
});

test.each(NODE_VERSIONS)(
  'a table that never responds is a 503 of the store, before Lambda ends the function, with Node %i',
  async (node) => {
    const table = environmentOf({ name: 'items', endpoint: silent.url });
    const environment = { ...environmentFor([customers]), ...table };
    const lambda = await startFunction({ node, directory: unpacked.directory, environment });
    const api = await startHttpApi({ routes: EVERY_CALL, invoke: (event) => lambda.invoke(event, TIMEOUT) });
    const headers = { authorization: `Bearer ${customers.accessToken()}` };
    const { status, headers: received, body } = await exchange(api.url, { path: '/items', headers });
    expect([status, JSON.parse(body).code]).toEqual([503, 'store_unavailable']);
    expect(received).toMatchObject({ 'retry-after': ['1'] });
    expect((await exchange(api.url, { path: '/', headers })).status).toBe(200);
    await Promise.all([api.close(), lambda.stop()]);
  },
);
