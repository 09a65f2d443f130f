import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalDynamoDb } from '../../app/local/dynamodb.js';
import { createLocalTable } from '../../app/local/dynamodb-table.js';
import type { TableDocument } from '../../app/platform/dynamodb/table-definition.js';
import { startEmulator } from './emulated-aws.js';
import { isOnPath } from './tools.js';

/** moto's server emulates AWS in Python; with REQUIRE_CLOUD=1 it must be there. A mutation run goes without: it would be started for each mutant. */
export const hasMoto =
  process.env['WITHOUT_MOTO'] !== '1' && (process.env['REQUIRE_CLOUD'] === '1' || isOnPath('moto_server'));

/** A DynamoDB of moto's, with the table in it. */
export async function startMoto({ definition }: { definition: TableDocument }): Promise<LocalDynamoDb> {
  const emulator = await startEmulator();
  const settings = { name: 'api', ...emulator.client };
  const client = new DynamoDBClient(emulator.client);
  await createLocalTable(client, settings.name, definition);
  client.destroy();
  return { settings, close: () => emulator.stop() };
}
