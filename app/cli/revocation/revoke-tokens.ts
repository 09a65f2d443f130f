import { subjectEntry, type Subject } from '../../platform/revocation/revocations.js';
import { hasAwsCode } from '../aws/aws-error.js';
import { clientOptions, EMULATOR_CREDENTIALS, instrument } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import type { Target } from '../state/profiles.js';
import { findApiTable, type ApiTable } from './api-table.js';

/** What became of tokens that were issued already. */
export const REVOKED =
  'Revocable routes refuse the tokens that were issued; other routes accept them until they expire.';
export const NOT_REVOKED =
  "tokens that were issued already are valid until they expire: name the API's table with --table to revoke them.";

export interface RevokeOptions {
  /** The table of the API, where the command can't find it. */
  readonly table?: string;
}

/**
 * Revokes every token of a subject that Cognito issued up to `atMs`, Cognito's time in milliseconds since the epoch, on the
 * API's revocable routes. False where nothing says which table is the API's. Throws Failures.
 */
export async function revokeTokens(
  context: CommandContext,
  { target, subject, atMs }: { target: Target; subject: string; atMs: number },
  { table: name }: RevokeOptions,
): Promise<boolean> {
  const { profile, poolName: pool } = target;
  const table = name === undefined ? await findApiTable(context, target) : { name, region: profile.region };
  if (!table) return false;
  await writeEntry(context, table, { pool, subject }, atMs);
  return true;
}

/** An entry that is there already, or a later one, stays. */
async function writeEntry({ terminal }: CommandContext, table: ApiTable, subject: Subject, atMs: number) {
  const { name, region, endpoint } = table;
  const sdk = await import('@aws-sdk/client-dynamodb');
  const client = new sdk.DynamoDBClient({
    ...clientOptions(region),
    ...(endpoint !== undefined && { endpoint, credentials: EMULATOR_CREDENTIALS }),
  });
  instrument(client, { service: 'DynamoDB', terminal, signsAsOperator: endpoint === undefined });
  const { pk, sk, notBefore, expiresAt } = subjectEntry(subject, atMs);
  const at = { N: String(notBefore) };
  try {
    await client.send(
      new sdk.PutItemCommand({
        TableName: name,
        Item: { pk: { S: pk }, sk: { S: sk }, notBefore: at, expiresAt: { N: String(expiresAt) } },
        ConditionExpression: 'attribute_not_exists(pk) OR notBefore < :at',
        ExpressionAttributeValues: { ':at': at },
      }),
    );
  } catch (error) {
    if (!hasAwsCode(error, 'ConditionalCheckFailedException')) throw error;
  }
}
