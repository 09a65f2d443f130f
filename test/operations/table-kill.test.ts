import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { freePort } from '../harness/free-port.js';
import { buildDynamoDbProcess, type DynamoDbProcess } from '../harness/dynamodb-process.js';
import { table as definition } from '../harness/fixture-api/table.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { scratchDirectory, startServer, type ServerProcess } from '../harness/server-process.js';
import { readAll } from '../harness/table-under-test.js';

const WRITERS = 8;

let customers: Issuer;
let processes: Awaited<ReturnType<typeof buildDynamoDbProcess>>;
let directory: Awaited<ReturnType<typeof scratchDirectory>>;
let table: DynamoDbProcess;
let api: ServerProcess;
beforeAll(async () => {
  [customers, processes] = await Promise.all([startIssuer(), buildDynamoDbProcess()]);
});
afterAll(() => Promise.all([customers.close(), processes.remove()]));
beforeEach(async () => {
  directory = await scratchDirectory();
});
afterEach(async () => {
  table.kill();
  api.kill('SIGKILL');
  await Promise.all([table.exited, api.exited]);
  await directory.remove();
});

/** The API of one process on the table of another. */
async function startApi(port: number) {
  const { userPoolId, clientIds, jwksUri } = customers.pool;
  const { name, region } = await table.settings;
  return startServer({
    COGNITO_POOLS: JSON.stringify({ customers: { userPoolId, clientIds: [...clientIds], jwksUri } }),
    TABLE_NAME: name,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    LOG_LEVEL: 'warn',
  });
}

/** Not of a revocable route, which would ask the table before it writes. */
const tokenOf = (issuer: Issuer) => issuer.idToken({ 'custom:tenant': 'one' });

function post(name: string, key: string) {
  return fetch(`${api.url}/tenant/items`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokenOf(customers)}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({ name }),
  });
}

async function stored(): Promise<string[]> {
  const items = await readAll(async (cursor) => {
    const response = await fetch(`${api.url}/tenant/items?limit=100${cursor ? `&cursor=${cursor}` : ''}`, {
      headers: { authorization: `Bearer ${tokenOf(customers)}` },
    });
    return (await response.json()) as { items: { name: string }[]; next: string | null };
  });
  return items.map(({ name }) => name).toSorted();
}

test('a table that is killed under writes and started again has every write that had a response; meanwhile writers are told to come back', async () => {
  const port = await freePort();
  table = processes.run(directory.path, definition.document, port);
  api = await startApi(port);
  const acknowledged: string[] = [];
  const refused: [name: string, key: string][] = [];
  const otherAnswers: string[] = [];
  const write = async () => {
    const [name, key] = [randomUUID(), randomUUID()];
    const response = await post(name, key);
    const { code } = (await response.json()) as { code?: string };
    if (response.status === 201) acknowledged.push(name);
    else refused.push([name, key]);
    const answer = `${response.status} ${code} ${response.headers.get('retry-after')}`;
    if (response.status !== 201 && answer !== '503 store_unavailable 1') otherAnswers.push(answer);
  };
  const writeUntil = (isEnough: () => boolean) =>
    Promise.all(
      Array.from({ length: WRITERS }, async () => {
        while (!isEnough()) await write();
      }),
    );

  await writeUntil(() => {
    if (acknowledged.length === 100) table.kill();
    return refused.length > 0;
  });
  expect(await table.exited).toBe('SIGKILL');

  table = processes.run(directory.path, definition.document, port);
  await table.settings;
  const before = acknowledged.length;
  await writeUntil(() => acknowledged.length >= before + 50);
  expect(otherAnswers).toEqual([]);
  expect(await stored()).toEqual(expect.arrayContaining(acknowledged));

  // A caller that repeats what was refused, with its key, has the item once.
  for (const [name, key] of refused) expect((await post(name, key)).status).toBe(201);
  expect(await stored()).toEqual([...acknowledged, ...refused.map(([name]) => name)].toSorted());
}, 120_000);
