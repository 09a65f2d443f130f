import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startIssuer, type Issuer } from '../../harness/issuer.js';
import { runServer, scratchDirectory, startServer } from '../../harness/server-process.js';
import type { Page, Pizza } from '../../../app/api/pizzas/schema.js';

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

async function post(url: string, name: string): Promise<Pizza> {
  const headers = {
    authorization: `Bearer ${staff.accessToken({ 'cognito:groups': ['chefs'] })}`,
    'content-type': 'application/json',
  };
  const answer = await fetch(`${url}/pizzas`, { method: 'POST', headers, body: JSON.stringify({ name }) });
  if (answer.status !== 201) throw new Error(`POST /pizzas answered ${answer.status}`);
  return (await answer.json()) as Pizza;
}

async function everything(url: string) {
  const found: Pizza[] = [];
  for (let query = '?limit=100'; query !== '';) {
    const headers = { authorization: `Bearer ${customers.accessToken()}` };
    const { items, next } = (await (await fetch(`${url}/pizzas${query}`, { headers })).json()) as Page;
    found.push(...items);
    query = next === null ? '' : `?limit=100&cursor=${next}`;
  }
  return found;
}

test('what was answered 201 is there after a kill -9 in the middle of writes', async () => {
  const answered: Pizza[] = [];
  for (let round = 0; round < 3; round += 1) {
    const server = await startServer(env, { dist: 'dist' });
    let isAlive = true;
    const write = async () => {
      while (isAlive) {
        const pizza = await post(server.url, `round ${round}`).catch(() => undefined);
        if (pizza === undefined) isAlive = false;
        else if (answered.push(pizza) % 100 === 0) server.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: 8 }, write));
    expect(await server.exited).toBe('SIGKILL');
  }
  const server = await startServer(env, { dist: 'dist' });
  const found = new Map((await everything(server.url)).map((pizza) => [pizza.id, pizza]));
  expect(answered.map(({ id }) => found.get(id))).toEqual(answered);

  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
}, 60_000);

test('a second server on the same directory says why it can not be', async () => {
  const server = await startServer(env, { dist: 'dist' });
  const { status, output } = await runServer(env, { dist: 'dist' });
  server.kill('SIGTERM');
  await server.exited;
  expect(status).toBe(1);
  expect(output).toContain("can't be opened: another `npm start` is using it. Mend that, or set LOCAL_DIR");
  expect(output).not.toMatch(/^\s+at /m);
});
