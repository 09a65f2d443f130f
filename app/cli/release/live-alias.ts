import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import { hasAwsCode } from '../aws/aws-error.js';
import { INVOCATION_TIMEOUT_MS, openLambda, type LambdaFunction } from '../aws/lambda.js';
import { Failure } from '../failure.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Deployment } from './deployment.js';

const ALIAS = 'live';
/** How many versions the alias remembers; its description holds 256 characters. */
const MAX_HISTORY = 10;

/** The alias that the API invokes. */
export interface LiveAlias {
  readonly version: string;
  /** A version that gets some of the calls, and their share. */
  readonly partly?: { readonly version: string; readonly weight: number };
  /** Versions that were live before, the latest first. */
  readonly before: readonly string[];
  /** Changes with every change of the alias. */
  readonly revisionId: string | undefined;
}

export async function openFunction(
  { functionName, profile: { region } }: Deployment,
  terminal: Terminal,
): Promise<LambdaFunction> {
  return { ...(await openLambda(region, terminal, INVOCATION_TIMEOUT_MS)), name: functionName };
}

/** Throws `not_deployed`. */
export async function readAlias({ sdk, client, name }: LambdaFunction): Promise<LiveAlias> {
  try {
    return aliasOf(await client.send(new sdk.GetAliasCommand({ FunctionName: name, Name: ALIAS })));
  } catch (error) {
    if (!hasAwsCode(error, 'ResourceNotFoundException')) throw error;
    throw new Failure('unexpected', 'not_deployed', {
      message: `There is no function ${name} with the alias ${ALIAS}.`,
      hint: 'Deploy it: make deploy',
    });
  }
}

/**
 * Gives the calls to `version`, some of them to `partly`, and records in the alias's description what was live. Throws
 * `alias_changed` if somebody else changed the alias since it was read.
 */
export async function moveAlias(
  { sdk, client, name }: LambdaFunction,
  from: LiveAlias,
  { version, partly, before }: Pick<LiveAlias, 'version' | 'partly' | 'before'>,
): Promise<LiveAlias> {
  const history = [version, ...before.filter((each) => each !== version)].slice(0, MAX_HISTORY);
  const command = new sdk.UpdateAliasCommand({
    FunctionName: name,
    Name: ALIAS,
    FunctionVersion: version,
    // An empty map takes weights away, where leaving it out would keep them.
    RoutingConfig: { AdditionalVersionWeights: partly ? { [partly.version]: partly.weight } : {} },
    Description: `The version that the API invokes. Live so far, latest first: ${history.join(', ')}`,
    RevisionId: from.revisionId,
  });
  try {
    return aliasOf(await client.send(command));
  } catch (error) {
    if (!hasAwsCode(error, 'PreconditionFailedException')) throw error;
    throw new Failure('unexpected', 'alias_changed', {
      message: `Somebody else changed the alias ${ALIAS} of ${name} meanwhile: it is left as they made it.`,
      hint: `See what it is: aws lambda get-alias --function-name ${name} --name ${ALIAS}`,
    });
  }
}

function aliasOf({ FunctionVersion, RoutingConfig, Description = '', RevisionId }: AliasConfiguration): LiveAlias {
  const version = FunctionVersion ?? '';
  const [partly] = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const [, history = ''] = Description.split(':');
  const before = (history.match(/\d+/g) ?? []).filter((each) => each !== version);
  const shift = partly && { partly: { version: partly[0], weight: partly[1] } };
  return { version, before, revisionId: RevisionId, ...shift };
}

/** The numbers of the published versions, the newest first. */
export async function listVersions({ sdk, client, name }: LambdaFunction): Promise<string[]> {
  const versions: number[] = [];
  for await (const { Versions = [] } of sdk.paginateListVersionsByFunction({ client }, { FunctionName: name })) {
    versions.push(...Versions.map(({ Version }) => Number(Version)).filter((number) => number > 0));
  }
  return versions.sort((a, b) => b - a).map(String);
}

/** How many of the newest versions stay, besides those that were live. */
export const KEPT_VERSIONS = 20;

/** Deletes older versions, which would fill the account's 75 GB; those of another alias stay. Resolves to their numbers. */
export async function deleteOldVersions(lambda: LambdaFunction, { version, before }: LiveAlias): Promise<string[]> {
  const { sdk, client, name } = lambda;
  const kept = new Set([version, ...before]);
  const old = (await listVersions(lambda)).slice(KEPT_VERSIONS).filter((each) => !kept.has(each));
  const deleted = [];
  for (const Qualifier of old) {
    try {
      await client.send(new sdk.DeleteFunctionCommand({ FunctionName: name, Qualifier }));
      deleted.push(Qualifier);
    } catch (error) {
      if (!hasAwsCode(error, 'ResourceConflictException')) throw error;
    }
  }
  return deleted;
}
