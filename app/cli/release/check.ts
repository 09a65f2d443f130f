import { readVariables, type LambdaFunction } from '../aws/lambda.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { signInMachine } from '../session/machine-sign-in.js';
import { declaredMachines, type Machine } from '../state/machines.js';
import type { Terminal } from '../terminal/terminal.js';
import type { ApiCall } from '../calls/api-call.js';
import { badTokens, fetchKeys, tampered } from '../calls/bad-tokens.js';
import { invokeFunction, type Answer } from '../calls/invocation.js';
import { poolsOf, readOpenApi, routesOf, type ApiRoute } from '../calls/routes.js';
import type { Deployment } from './deployment.js';

/** A call of a version, and what its answer must be: a 401, the refusal of what comes around CloudFront, or anything but a 401 and a server error. */
interface Check {
  readonly call: ApiCall;
  /** After the route: `without a token`. */
  readonly how: string;
  readonly expected: 'refused' | 'kept_out' | 'answered';
}

/** Parameters have a value that nothing has as its id. */
interface CheckedRoute extends ApiCall {
  /** Whose tokens its guard takes; none for a route that everyone may call. */
  readonly pools: readonly string[];
}

/** Begins the request ids. */
const CLIENT = 'release-check';

type Variables = Readonly<Record<string, string>>;

interface CheckOptions {
  readonly lambda: LambdaFunction;
  readonly deployment: Deployment;
  readonly version: string;
  readonly signal: AbortSignal;
}

/**
 * Invokes a version by its number: what everyone may read, every guarded route without a token, and a route of each pool
 * with bad tokens and, if a machine can get one, a valid one; where CloudFront is in front, a route around it. Throws `check_failed` with the first wrong answer.
 */
export async function checkVersion(context: CommandContext, options: CheckOptions): Promise<void> {
  const { terminal, dist } = context;
  const { lambda, deployment, version, signal } = options;
  const routes = checkedRoutes(dist);
  const variables = await readVariables(lambda, { FunctionName: lambda.name, Qualifier: version });
  const tokens = await validTokens(context, deployment, variables);
  const around = variables['ORIGIN_SECRET_DIGESTS'] ? routes.slice(0, 1) : [];
  const checks: Check[] = [
    ...around.map((call): Check => ({ call, how: 'around CloudFront', expected: 'kept_out' })),
    ...routes
      .filter(({ pools, method }) => pools.length === 0 && method === 'GET')
      .map((call): Check => ({ call, how: 'without a token', expected: 'answered' })),
    ...routes
      .filter(({ pools }) => pools.length > 0)
      .map((call): Check => ({ call, how: 'without a token', expected: 'refused' })),
  ];
  for (const pool of Object.keys(deployment.profile.pools)) {
    const route = routes.find(({ pools }) => pools.includes(pool));
    if (route) checks.push(...(await checksOfPool(pool, route, deployment, tokens.get(pool))));
  }

  let done = 0;
  const run = async () => {
    for (const check of checks) {
      signal.throwIfAborted();
      const fault = faultOf(check, await invokeFunction(lambda, version, invocationOf(check)));
      if (fault !== undefined) throw checkFailed(version, fault);
      done += 1;
    }
  };
  await terminal.wait(() => `Checking version ${version}: ${done} of ${checks.length} calls`, run());
  const valid = tokens.size > 0 ? `valid ones of ${[...tokens.keys()].join(', ')}` : 'no valid one: no machine has one';
  terminal.say(`Version ${version} passed: ${checks.length} calls without a token, with bad ones, and ${valid}.`);
}

/** The routes with some value for each parameter, those that only read first. */
function checkedRoutes(dist: URL): CheckedRoute[] {
  const routes = routesOf(readOpenApi(dist)).map((route: ApiRoute): CheckedRoute => ({
    method: route.method,
    path: route.path.replaceAll(/\{[^}]*\}/g, CLIENT),
    headers: {},
    pools: poolsOf(route),
  }));
  return routes.sort((a, b) => Number(b.method === 'GET') - Number(a.method === 'GET'));
}

/** A token of a machine of each pool that the version trusts, by pool. */
async function validTokens(
  { runtime, terminal }: CommandContext,
  { machines }: Deployment,
  { COGNITO_POOLS = '{}' }: Variables,
): Promise<ReadonlyMap<string, string>> {
  const trusted = new Set(Object.keys(JSON.parse(COGNITO_POOLS) as object));
  const tokens = new Map<string, string>();
  for (const machine of declaredMachines(machines)) {
    if (!trusted.has(machine.poolName) || tokens.has(machine.poolName)) continue;
    const token = await tokenOf(machine, terminal, runtime.now);
    if (token !== undefined) tokens.set(machine.poolName, token);
  }
  return tokens;
}

/**
 * With the secret that the outputs have or, once that is rotated, with the one in Secrets Manager: a role that deploys may
 * not read it, and there is no token then.
 */
async function tokenOf(machine: Machine, terminal: Terminal, now: () => number): Promise<string | undefined> {
  const { clientSecretArn, ...asMade } = machine;
  try {
    return (await signInMachine(asMade, terminal, now)).accessToken;
  } catch (error) {
    if (!hasCode(error, 'machine_refused') || clientSecretArn === undefined) throw error;
  }
  try {
    return (await signInMachine(machine, terminal, now)).accessToken;
  } catch (error) {
    if (!hasCode(error, 'secret_access_refused')) throw error;
    terminal.say(`Checking without a token of machine ${machine.name}. ${error.message}`);
    return undefined;
  }
}

const hasCode = (error: unknown, code: string): error is Failure => error instanceof Failure && error.code === code;

async function checksOfPool(
  name: string,
  { method, path }: CheckedRoute,
  { profile }: Deployment,
  token: string | undefined,
): Promise<Check[]> {
  const pool = profile.pools[name];
  if (!pool) return [];
  const keys = await fetchKeys(name, pool);
  const bad = [...badTokens(name, pool, keys), ...(token === undefined ? [] : [tampered(token)])];
  const checks = bad.map(({ name: token, authorization }): Check => {
    return {
      call: { method, path, headers: { authorization } },
      how: `with ${token} for ${name}`,
      expected: 'refused',
    };
  });
  // A valid token on a route that changes something might do it.
  if (token === undefined || method !== 'GET') return checks;
  const call = { method, path, headers: { authorization: `Bearer ${token}` } };
  return [...checks, { call, how: `with a valid token of ${name}`, expected: 'answered' }];
}

const invocationOf = ({ call, expected }: Check) => ({ ...call, client: CLIENT, asApi: expected === 'kept_out' });

function faultOf({ call, how, expected }: Check, { status, code, failure }: Answer): string | undefined {
  const route = `${call.method} ${call.path} ${how}`;
  if (status === undefined) return `${route} ended with ${failure?.replace(/\.$/, '')}`;
  const answered = `${route} answered ${status}${code === undefined ? '' : ` (${code})`}`;
  if (expected === 'kept_out') return code === 'origin_not_allowed' ? undefined : `${answered} instead of 403`;
  if (expected === 'refused') return status === 401 ? undefined : `${answered} instead of 401`;
  return status === 401 || status >= 500 ? `${answered} instead of an answer` : undefined;
}

function checkFailed(version: string, fault: string) {
  return new Failure('unexpected', 'check_failed', {
    message: `Version ${version} did not pass its check, and gets no traffic: ${fault}.`,
    hint: `Fix the code, then: make deploy. What version ${version} logged has the request ids release-check-*.`,
  });
}
