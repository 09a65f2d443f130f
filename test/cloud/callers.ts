import { randomUUID } from 'node:crypto';
import { access } from '../../app/api/access.js';
import type { PoolDocument } from '../../app/platform/contract/pools.js';
import { signJwt } from '../harness/issuer.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { emulatorKey } from './emulator-key.js';
import { signUpAndIn } from './people.js';

/** A kind of caller that `access.ts` makes possible. */
export interface Caller {
  readonly name: string;
  /** Undefined for a caller without a token. */
  readonly pool?: string;
  /** The name of the machine; undefined for a person. */
  readonly machine?: string;
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
}

function callersOf([pool, { groups, clients }]: [string, PoolDocument]): Caller[] {
  const inGroups = Object.keys(groups).map((group) => ({
    name: `a person of ${pool} in ${group}`,
    pool,
    groups: [group],
    scopes: [],
  }));
  const machines = Object.entries(clients).flatMap(([machine, client]) =>
    client.type === 'machine'
      ? [{ name: `the machine ${machine} of ${pool}`, pool, machine, groups: [], scopes: client.scopes }]
      : [],
  );
  return [{ name: `a person of ${pool} in no group`, pool, groups: [], scopes: [] }, ...inGroups, ...machines];
}

/** One without a token; for each pool a person in no group, a person in each group, and each machine. */
export const CALLERS: readonly Caller[] = [
  { name: 'a caller without a token', groups: [], scopes: [] },
  ...Object.entries(access.document).flatMap(callersOf),
];

/** An access token for each caller that has one, by the caller's name. */
export async function signIn(cloud: Cloud): Promise<ReadonlyMap<string, string>> {
  const tokens = await Promise.all(
    CALLERS.map(async ({ name, pool, machine, groups }, index): Promise<[string, string][]> => {
      if (pool === undefined) return [];
      if (machine !== undefined) return [[name, await machineToken(cloud, pool, machine)]];
      const { accessToken } = await signUpAndIn(cloud, pool, `person-${index}`, groups);
      return [[name, accessToken]];
    }),
  );
  return new Map(tokens.flat());
}

/** An access token as client credentials would give it to the pool's machine, which moto can't do. */
export async function machineToken({ emulator, outputs }: Cloud, pool: string, name: string): Promise<string> {
  const { issuer, userPoolId } = known(outputs.profile.value.pools[pool]);
  const { clientId, scopes } = known(outputs.machines.value[name]);
  const key = await emulatorKey(emulator.jwksUri(userPoolId));
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: clientId,
    iss: issuer,
    client_id: clientId,
    token_use: 'access',
    scope: scopes.join(' '),
    iat: now,
    exp: now + 600,
    jti: randomUUID(),
  };
  return signJwt({ kid: key.kid, alg: 'RS256' }, claims, key);
}
