import { readLambdaSettings } from './platform/config/settings.js';
import { loadOrExplain } from './platform/config/start-error.js';
import { defineTable } from './platform/dynamodb/table-definition.js';
import { createTable } from './platform/dynamodb/table.js';
import { createLog } from './platform/lambda/log.js';
import { createRevocationEvents } from './platform/lambda/revocation-events.js';
import { createRevocations } from './platform/revocation/revocations.js';

function load(env: NodeJS.ProcessEnv) {
  const settings = readLambdaSettings(env, {});
  const log = createLog(settings.LOG_LEVEL);
  const table = createTable({ name: settings.tableName, definition: defineTable(), log });
  return createRevocationEvents({ pools: settings.pools, revocations: createRevocations(table), log });
}

/** The handler of the function behind the module revocation-events, `index.handler`: an event of CloudTrail -> entries in the table. */
export const handler = loadOrExplain(() => load(process.env));
