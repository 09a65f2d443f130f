import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { scriptArguments } from '../../harness/script.js';
import { scratchDirectory } from '../../harness/server-process.js';

/** Reads an index 20 times, then asks each iterator that dynalite opened for one item more. */
const SCRIPT = `
  import { CreateTableCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
  import { ClassicLevel } from 'classic-level';
  import { startServer } from './app/local/dynamodb-server.js';

  const opened = [];
  const { values } = ClassicLevel.prototype;
  ClassicLevel.prototype.values = function (...input) {
    opened.push(values.apply(this, input));
    return opened.at(-1);
  };
  const server = await startServer(process.env.DIRECTORY);
  const TableName = 'items';
  await server.client.send(new CreateTableCommand({
    TableName,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  }));
  for (let read = 0; read < 20; read += 1) {
    await server.client.send(new QueryCommand({
      TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'x' } },
    }));
  }
  const states = await Promise.all(opened.map((iterator) => iterator.next().then(() => 'open', ({ code }) => code)));
  console.log(JSON.stringify(states));
  await server.close();
`;

test('a query leaves no iterator of LevelDB open: npm start would grow with every call', async () => {
  const scratch = await scratchDirectory();
  const env = { ...process.env, DIRECTORY: scratch.path };
  const { stdout } = await promisify(execFile)(process.execPath, await scriptArguments(SCRIPT), { env });
  await scratch.remove();
  expect(JSON.parse(stdout)).toEqual(Array.from({ length: 20 }, () => 'LEVEL_ITERATOR_NOT_OPEN'));
});
