import { join } from 'node:path';
import type { LocalTable } from '../../platform/contract/profile.js';
import { openLambda, readVariables } from '../aws/lambda.js';
import type { CommandContext } from '../context.js';
import { apiIdOf, readIntegrations } from '../doctor/gateway.js';
import { invokedBy } from '../doctor/lambda-function.js';
import { isLoopback } from '../state/hosts.js';
import { readPrivateFile } from '../state/private-file.js';
import { LOCAL, localDirectory, type Target } from '../state/profiles.js';

/** The API's table: at the local DynamoDB where it names an endpoint, else in AWS. */
export interface ApiTable {
  readonly name: string;
  readonly region: string;
  readonly endpoint?: string;
}

/**
 * The table that the API of the target's profile uses: the local one that `npm start` names, or that of the function behind
 * the deployed API, which takes AWS credentials. Undefined where neither says which. Throws Failures.
 */
export async function findApiTable(context: CommandContext, target: Target): Promise<ApiTable | undefined> {
  if (target.profileName === LOCAL) return localTable(context);
  const { profile } = target;
  const { terminal } = context;
  const apiId = apiIdOf(profile);
  const integrations = apiId === undefined ? [] : await readIntegrations(profile, apiId, terminal);
  const invoked = invokedBy({ integrations }, profile);
  if (!invoked) return undefined;
  const { TABLE_NAME: name } = await readVariables(await openLambda(profile.region, terminal), invoked);
  return name === undefined ? undefined : { name, region: profile.region };
}

/** The directory may be anybody's: a table elsewhere than on this machine is not what `npm start` wrote. */
function localTable({ runtime }: CommandContext): ApiTable | undefined {
  const json = readPrivateFile(join(localDirectory(runtime), 'table.json'), runtime);
  if (json === undefined) return undefined;
  const { name, region, endpoint } = JSON.parse(json) as LocalTable;
  return URL.canParse(endpoint) && isLoopback(new URL(endpoint).hostname) ? { name, region, endpoint } : undefined;
}
