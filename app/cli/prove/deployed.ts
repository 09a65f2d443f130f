import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { INVOCATION_TIMEOUT_MS, openLambda, readConfiguration, type FunctionId } from '../aws/lambda.js';
import { fetchApi, type ApiAnswer, type ApiCall } from '../calls/api-call.js';
import { invokeFunction } from '../calls/invocation.js';
import type { CommandContext } from '../context.js';
import { apiIdOf, readGateway, type Gateway } from '../doctor/gateway.js';
import { invokedBy } from '../doctor/lambda-function.js';
import { Failure } from '../failure.js';
import { LOCAL } from '../state/profiles.js';
import type { Sender } from './matrix.js';

/** Where the API of a profile is called, and what API Gateway says of it. */
export interface Deployed {
  readonly senders: readonly [Sender, ...Sender[]];
  /** Undefined locally, and where the profile does not say which HTTP API it is. */
  readonly gateway: Gateway | undefined;
  /** Access authorizers decide on the routes that JWT authorizers can't. */
  readonly isAccessOn: boolean;
  /** `sha256` of the package, in Base64. */
  readonly sha256: string | null;
}

/** The server of `npm start`, or the HTTP API and the function behind it by its alias. Throws Failures. */
export async function openDeployed(context: CommandContext): Promise<Deployed> {
  const { profileName, profile } = context.profile();
  const byAddress = (call: ApiCall) => fetchApi(profile.apiUrl, call);
  if (profileName === LOCAL) {
    return {
      senders: [{ check: 'app', send: byAddress }],
      gateway: undefined,
      isAccessOn: false,
      sha256: localHash(context.dist),
    };
  }
  const apiId = apiIdOf(profile);
  const gateway = apiId === undefined ? undefined : await readGateway(profile, apiId, context.terminal);
  const app = invokedBy(gateway ?? { integrations: [] }, profile);
  if (!app) {
    throw new Failure('unexpected', 'not_deployed', {
      message: `Profile ${profileName} names neither the HTTP API nor the function, so the app can't be called alone.`,
      hint: 'Import the profile again, or add apiId to it.',
    });
  }
  const lambda = {
    ...(await openLambda(profile.region, context.terminal, INVOCATION_TIMEOUT_MS)),
    name: app.FunctionName,
  };
  const { CodeSha256 = null } = await readConfiguration(lambda, app);
  const direct = (call: ApiCall) => invoke(lambda, app, call);
  return {
    senders: [
      { check: 'gateway', send: byAddress },
      { check: 'app', send: direct },
    ],
    gateway,
    isAccessOn: gateway?.routes.some(({ AuthorizationType }) => AuthorizationType === 'CUSTOM') ?? false,
    sha256: CodeSha256,
  };
}

async function invoke(
  lambda: Parameters<typeof invokeFunction>[0],
  { Qualifier = '$LATEST' }: FunctionId,
  call: ApiCall,
): Promise<ApiAnswer> {
  const answer = await invokeFunction(lambda, Qualifier, { ...call, client: 'prove' });
  const { status, headers = {}, body = '', failure } = answer;
  if (status === undefined) throw new Error(failure);
  return { status, headers, body };
}

/** Of the server that `npm start` runs. */
function localHash(dist: URL): string | null {
  try {
    return createHash('sha256')
      .update(readFileSync(new URL('local/server.js', dist)))
      .digest('base64');
  } catch {
    return null;
  }
}
