import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Order } from '../../app/api/orders/schema.js';
import type { Pizza } from '../../app/api/pizzas/schema.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { runServer, scratchDirectory, startServer } from '../harness/server-process.js';
import { readAll } from '../harness/table-under-test.js';

const WRITERS = 8;
const options = { dist: 'dist' };

let customers: Issuer;
let staff: Issuer;
let directory: Awaited<ReturnType<typeof scratchDirectory>>;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  [customers, staff, directory] = await Promise.all([
    startIssuer('customers'),
    startIssuer('staff'),
    scratchDirectory(),
  ]);
  const settings = ({ pool: { userPoolId, clientIds, jwksUri } }: Issuer) => ({
    userPoolId,
    clientIds: [...clientIds],
    jwksUri,
  });
  const COGNITO_POOLS = JSON.stringify({ customers: settings(customers), staff: settings(staff) });
  env = { COGNITO_POOLS, LOCAL_DIR: directory.path, LOG_LEVEL: 'silent' };
});
afterAll(() => Promise.all([customers.close(), staff.close(), directory.remove()]));

const customerToken = (subject: string) => customers.accessToken({ sub: subject, username: subject });
const chefToken = () => staff.accessToken({ 'cognito:groups': ['chefs'] });

async function call<T>(url: string, token: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
  return (await response.json()) as T;
}

const list = <T>(url: string, token: string) =>
  readAll((cursor) =>
    call<{ items: T[]; next: string | null }>(`${url}?limit=100${cursor ? `&cursor=${cursor}` : ''}`, token),
  );

/** An order that a customer began to place, and the response if there was one. */
interface Placement {
  readonly customer: string;
  readonly key: string;
  readonly order: { pizzas: { id: string; quantity: number }[] };
  response?: Order;
}

const place = (url: string, { customer, key, order }: Placement) =>
  call<Order>(`${url}/orders`, customerToken(customer), order, { 'Idempotency-Key': key });

test('a kill -9 in the middle of writes loses nothing that had a response, and leaves no half order', async () => {
  const pizzas: Pizza[] = [];
  const placements: Placement[] = [];
  for (let round = 0; round < 2; round += 1) {
    const server = await startServer(env, options);
    const write = async () => {
      const customer = randomUUID();
      const pizza = await call<Pizza>(`${server.url}/pizzas`, chefToken(), { name: `round ${round}` });
      pizzas.push(pizza);
      const placement: Placement = {
        customer,
        key: randomUUID(),
        order: { pizzas: [{ id: pizza.id, quantity: 1 }] },
      };
      placements.push(placement);
      placement.response = await place(server.url, placement);
    };
    let responses = 0;
    const writer = async () => {
      for (let isAlive = true; isAlive;) {
        isAlive = await write().then(
          () => true,
          () => false,
        );
        if ((responses += 1) === 25) server.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    expect(await server.exited).toBe('SIGKILL');
  }

  const server = await startServer(env, options);
  const { url } = server;
  const storedPizzas = new Map(
    (await list<Pizza>(`${url}/pizzas`, customerToken('any'))).map((each) => [each.id, each]),
  );
  expect(pizzas.map(({ id }) => storedPizzas.get(id))).toEqual(pizzas);

  const placed = new Map<string, Order>();
  for (const placement of placements) {
    const before = await list<Order>(`${url}/orders`, customerToken(placement.customer));
    const order = await place(url, placement);
    expect(order).toEqual(placement.response ?? order);
    expect(before).toEqual(placement.response ? [order] : before.length > 0 ? [order] : []);
    expect(await list<Order>(`${url}/orders`, customerToken(placement.customer))).toEqual([order]);
    placed.set(order.id, order);
  }
  const seenByStaff = await list<Order>(`${url}/orders`, chefToken());
  expect(new Map(seenByStaff.map((order) => [order.id, order]))).toEqual(placed);

  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
}, 120_000);

test('a second server on the same directory says what to do', async () => {
  const server = await startServer(env, options);
  const { status, output } = await runServer(env, options);
  server.kill('SIGTERM');
  await server.exited;
  expect(status).toBe(1);
  expect(output).toContain("can't be opened: another `npm start` is using it. Fix that, or set LOCAL_DIR");
  expect(output).not.toMatch(/^\s+at /m);
});
