import type { Profile } from '../../platform/contract/profile.js';
import { hasAwsCode } from '../aws/aws-error.js';
import { openLambda, readVariables, type FunctionId, type Lambda } from '../aws/lambda.js';
import type { Terminal } from '../terminal/terminal.js';
import { fault, ok, unchecked, warning, type Finding } from './finding.js';
import type { Gateway } from './gateway.js';

const DEPLOY = 'make deploy';

/** A deployment to check. */
interface Deployment {
  profile: Profile;
  apiId: string;
  gateway: Gateway;
}

/**
 * Checks the function behind the routes, and that of the access authorizer: API Gateway may invoke them, and their origins
 * and pools agree with the gateway's.
 */
export async function checkFunctions({ profile, apiId, gateway }: Deployment, terminal: Terminal): Promise<Finding[]> {
  const app = invokedBy(gateway, profile);
  if (!app) return [fault('function', 'No route of the API leads to a Lambda function.', DEPLOY)];
  const lambda = await openLambda(profile.region, terminal);

  async function check(invoked: FunctionId, subject: string): Promise<Finding[]> {
    try {
      const variables = await readVariables(lambda, invoked);
      return [
        await checkPermission(lambda, invoked, apiId),
        ...(invoked === app ? [checkCors(gateway, variables), ...checkOrigin(gateway, variables)] : []),
        ...checkPools(subject, variables, profile),
      ];
    } catch (error) {
      if (!isMissing(error)) return [unchecked('function', error)];
      return [fault('function', `The API leads to the function ${nameOf(invoked)}, which does not exist.`, DEPLOY)];
    }
  }

  const findings = await check(app, 'The app');
  // One function answers for all of them.
  const access = gateway.authorizers.map(({ AuthorizerUri }) => functionOf(AuthorizerUri)).find(Boolean);
  return access ? [...findings, ...(await check(access, 'The access authorizer'))] : findings;
}

/** The function that integrations invoke, and by which alias. */
export function invokedBy(
  { integrations }: Pick<Gateway, 'integrations'>,
  { functionName }: Profile,
): FunctionId | undefined {
  const found = integrations.map(({ IntegrationUri }) => functionOf(IntegrationUri)).find(Boolean);
  return found ?? (functionName === undefined ? undefined : { FunctionName: functionName });
}

/** Name and alias as in `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`, which an invoke ARN contains. */
function functionOf(uri = ''): FunctionId | undefined {
  const [, FunctionName, Qualifier] = /:function:([\w-]+)(?::([\w$-]+))?/.exec(uri) ?? [];
  return FunctionName ? { FunctionName, ...(Qualifier && { Qualifier }) } : undefined;
}

const nameOf = ({ FunctionName, Qualifier }: FunctionId) => (Qualifier ? `${FunctionName}:${Qualifier}` : FunctionName);

/** The function's policy must let API Gateway invoke it for this API. */
async function checkPermission({ sdk, client }: Lambda, invoked: FunctionId, apiId: string): Promise<Finding> {
  let policy = '{}';
  try {
    policy = (await client.send(new sdk.GetPolicyCommand(invoked))).Policy ?? policy;
  } catch (error) {
    if (!isMissing(error)) return unchecked('permission', error);
  }
  if (allowsGateway(policy, apiId)) return ok('permission', `API Gateway may invoke ${nameOf(invoked)}`);
  return fault(
    'permission',
    `API Gateway may not invoke the function ${nameOf(invoked)}: no permission of it names this API, so callers get 500.`,
    'make deploy: it creates the aws_lambda_permission that names this API and the alias.',
  );
}

interface Statement {
  Effect?: string;
  Principal?: string | { Service?: string };
  Condition?: Record<string, Record<string, string>>;
}

/** Whether a statement is for API Gateway, and its condition, if it has one, is met by this API. */
function allowsGateway(policy: string, apiId: string): boolean {
  const { Statement: statements = [] } = JSON.parse(policy) as { Statement?: Statement[] };
  return statements.some(({ Effect, Principal, Condition = {} }) => {
    const service = typeof Principal === 'string' ? Principal : Principal?.Service;
    const sources = Object.values(Condition).flatMap((each) => each['AWS:SourceArn'] ?? each['aws:SourceArn'] ?? []);
    return (
      Effect === 'Allow' &&
      service === 'apigateway.amazonaws.com' &&
      sources.every((arn) => arn.split(':').at(-1)?.startsWith(`${apiId}/`))
    );
  });
}

/** API Gateway and the app must allow the same origins. */
function checkCors({ api }: Gateway, { CORS_ORIGINS = '' }: Record<string, string>): Finding {
  const expected = CORS_ORIGINS.split(',').filter(Boolean);
  const actual = api.CorsConfiguration?.AllowOrigins ?? [];
  const missing = expected.filter((origin) => !actual.includes(origin) && !actual.includes('*'));
  if (missing.length > 0) {
    return fault(
      'cors',
      `CORS is missing: the app allows ${missing.join(', ')}, and API Gateway does not, so browsers are refused.`,
      DEPLOY,
    );
  }
  if (actual.length > 0) return ok('cors', `browsers may call from ${actual.join(', ')}`);
  return warning(
    'cors',
    'CORS is off: no page of another origin can call the API.',
    'If one should, declare that its pool returns to it (managedLogin), or add its origin to api.cors.origins, and deploy.',
  );
}

/** Where CloudFront is in front of the API, nothing may go around it. */
function checkOrigin({ api }: Gateway, { ORIGIN_SECRET_DIGESTS }: Record<string, string>): Finding[] {
  if (!ORIGIN_SECRET_DIGESTS) return [];
  if (api.DisableExecuteApiEndpoint) return [ok('origin', 'the app refuses calls that come around CloudFront')];
  const message = 'The API still has its execute-api address: calls around CloudFront are refused by the app alone.';
  return [warning('origin', message, DEPLOY)];
}

/** The function must trust the profile's pools and clients. */
function checkPools(subject: string, { COGNITO_POOLS = '{}' }: Record<string, string>, { pools }: Profile): Finding[] {
  let trusted: Record<string, { userPoolId?: string; clientIds?: string[] }> = {};
  try {
    trusted = JSON.parse(COGNITO_POOLS) as typeof trusted;
  } catch {
    return [fault('function_settings', `${subject}: COGNITO_POOLS is not JSON.`, DEPLOY)];
  }
  return Object.entries(pools)
    .filter(([name, { userPoolId, clientId }]) => {
      const pool = trusted[name];
      return pool?.userPoolId !== userPoolId || !pool.clientIds?.includes(clientId);
    })
    .map(([name]) => {
      const message = `${subject} does not trust the profile's pool ${name} or its client: COGNITO_POOLS has others.`;
      return fault('function_settings', message, DEPLOY);
    });
}

const isMissing = (error: unknown) => hasAwsCode(error, 'ResourceNotFoundException');
