import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startDynamoDb, type LocalDynamoDb } from '../../app/local/dynamodb.js';
import { table as definition } from '../harness/fixture-api/table.js';
import { startServer, type ServerProcess } from '../harness/server-process.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { environmentFor, environmentOf } from './environment.js';
import { essence, exchange, type Answer, type Call } from './http-exchange.js';
import { EVERY_CALL, startHttpApi } from './gateway/http-api.js';
import type { LoopbackServer } from './loopback-server.js';
import { NODE_VERSIONS, startFunction, type LambdaFunction, type NodeVersion } from './runtime/lambda-function.js';
import { rows, type Caller, type Row } from './parity-calls.js';
import { unpack } from './unpacked.js';

let issuers: Issuer[];
let dynamoDb: LocalDynamoDb;
let local: ServerProcess;
let unpacked: ReturnType<typeof unpack>;
const functions = new Map<NodeVersion, LambdaFunction>();
const apis = new Map<string, LoopbackServer>();
const tokens = new Map<Caller, string>();

beforeAll(async () => {
  const [customers, staff, other] = await Promise.all([startIssuer('customers'), startIssuer('staff'), startIssuer()]);
  issuers = [customers, staff, other];
  tokens.set('customer', customers.accessToken());
  tokens.set('chef', staff.idToken({ 'cognito:groups': ['chefs'] }));
  tokens.set('machine', staff.accessToken({ scope: 'fixture-api/items.write', username: undefined }));
  tokens.set('unknown issuer', other.accessToken());

  dynamoDb = await startDynamoDb({ definition: definition.document });
  const environment = {
    ...environmentFor([customers, staff]),
    ...environmentOf(dynamoDb.settings),
    CORS_ORIGINS: 'https://shop.example',
    DOCS: 'off',
  };
  unpacked = unpack('dist/fixture/lambda.zip');
  local = await startServer(environment);
  for (const node of NODE_VERSIONS) {
    const lambda = await startFunction({ node, directory: unpacked.directory, environment });
    functions.set(node, lambda);
    for (const paths of ['decoded', 'as sent'] as const) {
      const invoke = (event: unknown) => lambda.invoke(event);
      apis.set(`${node} ${paths}`, await startHttpApi({ routes: EVERY_CALL, paths, invoke }));
    }
  }
});

afterAll(async () => {
  await Promise.all([...apis.values(), ...issuers].map((server) => server.close()));
  local.kill('SIGTERM');
  await Promise.all([local.exited, ...Array.from(functions.values(), (lambda) => lambda.stop())]);
  await dynamoDb.close();
  unpacked.remove();
});

function callOf({ as = 'nobody', headers = {}, ...call }: Row): Call {
  const token = tokens.get(as);
  return { ...call, headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) } };
}

const expected = new Map<Row, Promise<Answer>>();

/** The local server's response, asked for once. */
async function locally(row: Row) {
  if (!expected.has(row)) expected.set(row, exchange(local.url, callOf(row)));
  return essence((await expected.get(row)) as Answer);
}

describe.each(NODE_VERSIONS)('in Lambda with Node %i as locally', (node) => {
  const named = (row: Row) => [row.name, row] as const;

  async function inLambda(row: Row, paths: 'decoded' | 'as sent') {
    return essence(await exchange(apis.get(`${node} ${paths}`)?.url ?? '', callOf(row)));
  }

  test.each(rows.map(named))('%s', async (_name, row) => {
    expect(await inLambda(row, 'as sent')).toEqual(await locally(row));
  });

  test.each(rows.filter(({ changedByGateway }) => !changedByGateway).map(named))(
    '%s, by an HTTP API that decodes paths',
    async (_name, row) => {
      expect(await inLambda(row, 'decoded')).toEqual(await locally(row));
    },
  );

  test('nothing but log lines was written, and none holds a token', () => {
    const lines = functions.get(node)?.log().trim().split('\n') ?? [];
    expect(lines.filter((line) => !/^\{"level":(30|40),/.test(line))).toEqual([]);
    // A request id of API Gateway is random base64, so that "eyJ" alone may stand in it by chance.
    expect(lines.join('\n')).not.toMatch(/eyJ[\w-]+\.[\w-]/);
  });
});
