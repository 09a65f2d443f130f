import type { ClaimRule, RuleMembers } from '../../platform/auth/access-rules.js';
import type { ClaimDocument } from '../../platform/auth/declared-claims.js';
import type { PoolsDocument } from '../../platform/contract/pools.js';
import type { Answer, CheckName } from './access-report.js';
import type { Caller, Holder } from './caller.js';
import { rulesOf, type ProvedRoute } from './plan.js';

/**
 * What a call must come to, by the documents alone: nothing here is the guard's code, so that the two can't share a fault.
 * Where the caller is refused, exactly one of the answers; where it is admitted, any of those that the route documents.
 */
export interface Expectation {
  readonly admitted: boolean;
  readonly answers: readonly Answer[];
  /** Whether the function runs. */
  readonly functionRuns: boolean;
  /** A clause: why. */
  readonly reason: string;
}

/** Whether an answer is one of those; without a `code`, any of that status is. */
export function isExpected({ answers }: Pick<Expectation, 'answers'>, answer: Answer): boolean {
  return answers.some(({ status, code }) => status === answer.status && (code === undefined || code === answer.code));
}

export interface ExpectationOptions {
  readonly pools: PoolsDocument;
  /** The deployment has access authorizers; without, their routes have the pool's JWT authorizer or none. */
  readonly isAccessOn: boolean;
}

/** `hasObject`: the path names something that exists, an owner's. */
export function expectationOf(
  check: CheckName,
  route: ProvedRoute,
  caller: Caller,
  { hasObject, ...options }: ExpectationOptions & { hasObject: boolean },
): Expectation {
  const atApp = atTheApp(route, caller, { ...options, hasObject });
  if (check === 'app') return atApp;
  const refused = atTheGateway(route, caller, options);
  return refused
    ? { admitted: false, answers: [{ status: refused }], functionRuns: false, reason: atApp.reason }
    : atApp;
}

/** The status with which the gateway refuses a call itself; undefined where it lets the call through. */
function atTheGateway(route: ProvedRoute, { holder, authorization }: Caller, options: ExpectationOptions) {
  const { jwt, isForAccessAuthorizer, allow } = route;
  if (allow === 'everyone') return undefined;
  if (isForAccessAuthorizer && options.isAccessOn) {
    // Without its identity source the authorizer isn't asked.
    if (authorization === undefined) return 401;
    const isAdmitted = typeof holder === 'object' && admittingRules(route, holder, options.pools).length > 0;
    return isAdmitted ? undefined : 403;
  }
  if (!jwt) return undefined;
  if (typeof holder !== 'object' || holder.pool !== jwt.pool) return 401;
  const hasScope = jwt.scopes.length === 0 || jwt.scopes.some((scope) => holder.scopes.includes(scope));
  return hasScope ? undefined : 403;
}

function atTheApp(
  route: ProvedRoute,
  { holder }: Caller,
  { pools, hasObject }: ExpectationOptions & { hasObject: boolean },
): Expectation {
  const refused = (status: number, code: string, reason: string): Expectation => {
    return { admitted: false, answers: [{ status, code }], functionRuns: true, reason };
  };
  if (route.allow === 'everyone') return admitted(route, 'everyone may call it', false);
  if (holder === 'nobody') return refused(401, 'token_missing', 'there is no token');
  if (holder === 'untrusted')
    return refused(401, 'token_invalid', 'no pool of the API issued the token to a client of it');
  if (!usesOf(holder.pool, pools).includes(holder.use)) {
    return refused(401, 'token_invalid', `the API takes no ${holder.use} tokens of the pool ${holder.pool}`);
  }
  const rules = admittingRules(route, holder, pools);
  if (rules.length === 0) return refused(403, 'not_allowed', "none of the route's rules admits the caller");
  if (holder.isRevoked && route.isRevocable) return refused(401, 'token_revoked', 'the token is revoked');
  if (hasObject && !holder.isOwner && rules.every(({ ownerOnly }) => ownerOnly)) {
    return refused(404, 'not_found', "it is somebody else's");
  }
  return admitted(route, 'a rule admits the caller', hasObject);
}

/** Anything that the route documents but a refusal of the caller; what exists is found. */
function admitted({ statuses, method, needsIfMatch }: ProvedRoute, reason: string, hasObject: boolean): Expectation {
  const isKept = method !== 'DELETE' || needsIfMatch;
  const isRefusal = (status: number) => [400, 401, 403].includes(status) || (hasObject && isKept && status === 404);
  const documented = statuses.filter((status) => status < 500 && !isRefusal(status));
  return { admitted: true, answers: documented.map((status) => ({ status })), functionRuns: true, reason };
}

const usesOf = (pool: string, pools: PoolsDocument) => pools[pool]?.tokenUse ?? ['access', 'id'];

/** The rules of the route that admit who holds such a token. */
export function admittingRules(route: ProvedRoute, holder: Holder, pools: PoolsDocument): RuleMembers[] {
  if (!usesOf(holder.pool, pools).includes(holder.use)) return [];
  return rulesOf(route).filter((rule) => admits(rule, holder, pools));
}

function admits({ pool, groups, scopes, claims = [] }: RuleMembers, holder: Holder, pools: PoolsDocument): boolean {
  if (pool !== holder.pool) return false;
  if (scopes ? !scopes.some((scope) => holder.scopes.includes(scope)) : !holder.isPerson) return false;
  if (groups && !groups.some((group) => holder.groups.includes(group))) return false;
  return claims.every((claim) => holdsClaim(claim, holder, pools));
}

/** Whether the token holds what a rule asks for, of the claim's declared type. */
export function holdsClaim({ name, values }: ClaimRule, { pool, use, payload }: Holder, pools: PoolsDocument): boolean {
  const declared = pools[pool]?.claims[name];
  if (!declared?.tokens.includes(use) || !(declared.claim in payload)) return false;
  const held = heldValues(declared, payload[declared.claim]);
  return held !== undefined && (values ? values.some((value) => held.includes(value)) : true);
}

/** Undefined for a value that is not of the type. Cognito writes attributes as text, whatever their type is. */
function heldValues({ claim, type, values }: ClaimDocument, value: unknown): unknown[] | undefined {
  const texts = type === 'string' ? [value] : type === 'strings' && Array.isArray(value) ? value : undefined;
  if (texts) {
    const isText = (text: unknown) => typeof text === 'string' && text !== '' && (!values || values.includes(text));
    return texts.every(isText) ? texts : undefined;
  }
  if (type === 'strings') return undefined;
  const typed = claim.startsWith('custom:') && typeof value === 'string' ? parsed(value) : value;
  return typeof typed === type ? [typed] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
