import { clientSettings, instrument } from '../aws/client.js';
import type { Profile } from '../state/profile.js';
import type { Terminal } from '../terminal/terminal.js';
import { notAsked } from './client.js';
import { checkPermission, isMissing, nameOf, type Invoked } from './permission.js';
import { fault, ok, warning, type Finding } from './finding.js';
import type { Gateway } from './gateway.js';

const APPLY = 'make deploy';

interface Asked {
  profile: Profile;
  apiId: string;
  gateway: Gateway;
  terminal: Terminal;
}

/** The function behind the routes: may the gateway invoke it, and do its origins and pools agree with the gateway's? */
export async function checkFunction({ profile, apiId, gateway, terminal }: Asked): Promise<Finding[]> {
  const target = functionOf(gateway, profile);
  if (!target) return [fault('function', 'No route of the API leads to a Lambda function.', APPLY)];
  const sdk = await import('@aws-sdk/client-lambda');
  const client = new sdk.LambdaClient(clientSettings(profile, 'other'));
  instrument(client, 'Lambda', terminal);
  try {
    const { Environment } = await client.send(new sdk.GetFunctionConfigurationCommand(target));
    const variables = Environment?.Variables ?? {};
    return [
      await checkPermission(sdk, client, target, apiId),
      checkCors(gateway, variables),
      ...checkPools(variables, profile),
    ];
  } catch (error) {
    if (!isMissing(error)) return [notAsked('function', error)];
    return [fault('function', `The API leads to the function ${nameOf(target)}, which does not exist.`, APPLY)];
  }
}

/** Name and alias as in `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`, which an integration's URI holds. */
function functionOf({ integrations }: Gateway, { functionName }: Profile): Invoked | undefined {
  for (const { IntegrationUri = '' } of integrations) {
    const [, FunctionName, Qualifier] = /:function:([\w-]+)(?::([\w$-]+))?/.exec(IntegrationUri) ?? [];
    if (FunctionName) return { FunctionName, ...(Qualifier && { Qualifier }) };
  }
  return functionName === undefined ? undefined : { FunctionName: functionName };
}

/** Browsers are let in at both doors or at none. */
function checkCors({ api }: Gateway, { CORS_ORIGINS = '' }: Record<string, string>): Finding {
  const wanted = CORS_ORIGINS.split(',').filter(Boolean);
  const given = api.CorsConfiguration?.AllowOrigins ?? [];
  const missing = wanted.filter((origin) => !given.includes(origin) && !given.includes('*'));
  if (missing.length > 0) {
    return fault(
      'cors',
      `CORS is missing: the app lets in ${missing.join(', ')}, and API Gateway does not, so browsers are refused.`,
      APPLY,
    );
  }
  if (given.length > 0) return ok('cors', `browsers may call from ${given.join(', ')}`);
  return warning(
    'cors',
    'CORS is missing: no page of another origin can call the API.',
    'If one should, name its origin in api.cors.origins and apply.',
  );
}

/** What the app itself trusts, by its settings. */
function checkPools({ COGNITO_POOLS = '{}' }: Record<string, string>, { pools }: Profile): Finding[] {
  let trusted: Record<string, { userPoolId?: string; clientIds?: string[] }> = {};
  try {
    trusted = JSON.parse(COGNITO_POOLS) as typeof trusted;
  } catch {
    return [fault('function_settings', 'COGNITO_POOLS of the function is not JSON.', APPLY)];
  }
  return Object.entries(pools)
    .filter(([name, { userPoolId, clientId }]) => {
      const pool = trusted[name];
      return pool?.userPoolId !== userPoolId || !pool.clientIds?.includes(clientId);
    })
    .map(([name]) =>
      fault(
        'function_settings',
        `The app does not trust pool ${name} and client of the profile: COGNITO_POOLS names others.`,
        APPLY,
      ),
    );
}
