import { spawnSync } from 'node:child_process';
import { createTable, type LocalDynamoDb } from '../../app/local/dynamodb.js';
import { startEmulator } from './emulated-aws.js';

/** moto's server emulates AWS in Python; with REQUIRE_CLOUD=1 it must be there. */
export const hasMoto =
  process.env['REQUIRE_CLOUD'] === '1' || spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0;

/** A DynamoDB of moto's, with the table in it. */
export async function startMoto(): Promise<LocalDynamoDb> {
  const emulator = await startEmulator();
  const settings = { table: 'pizzas', ...emulator.client };
  await createTable(settings);
  return { settings, close: () => emulator.stop() };
}
