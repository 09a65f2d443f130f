import { cognitoIssuers, USER_POOL_ID, type Pool } from '../auth/pool.js';
import type { CarriedKeys } from '../auth/pool-keys.js';
import { importKeys, type KeySet } from '../auth/signing-keys.js';

export interface ParsedKeys {
  keys: CarriedKeys;
  problems: string[];
  warnings: string[];
}

const EXAMPLE = '{"eu-west-1_AbCdEfGhI":[{"kid":"KID","n":"MODULUS","e":"AQAB"}]}';

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The JSON of COGNITO_KEYS, user pool id -> JWKs, -> keys by Cognito's own issuer of that pool, with every problem in it. A
 * pool that isn't one of `pools` is no problem but a warning: in an incident, a pool is taken out of COGNITO_POOLS alone.
 */
export function parseCarriedKeys(json: string, pools: readonly Pool[]): ParsedKeys {
  const keys = new Map<string, KeySet>();
  const result: ParsedKeys = { keys, problems: [], warnings: [] };
  const byPool = parseObject(json);
  if (!byPool) {
    result.problems.push(`COGNITO_KEYS must be a JSON object such as ${EXAMPLE}.`);
    return result;
  }
  const trusted = new Set(pools.map(({ issuer }) => issuer));
  for (const [userPoolId, jwks] of Object.entries(byPool)) {
    const [issuer] = cognitoIssuers(userPoolId);
    try {
      if (!USER_POOL_ID.test(userPoolId)) throw new Error('that is no user pool id such as eu-west-1_AbCdEfGhI');
      if (!Array.isArray(jwks) || jwks.length === 0) throw new Error('there must be a list of one or more keys');
      const imported = importKeys(jwks);
      if (trusted.has(issuer)) keys.set(issuer, imported);
      else result.warnings.push(`COGNITO_KEYS has keys of ${userPoolId}, whose issuer no pool has: they are not used.`);
    } catch (error) {
      result.problems.push(`COGNITO_KEYS: ${userPoolId}: ${(error as Error).message}; it should look like ${EXAMPLE}.`);
    }
  }
  return result;
}
