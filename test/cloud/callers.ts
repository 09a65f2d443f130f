import { randomUUID } from 'node:crypto';
import { access } from '../../app/api/access.js';
import type { ClaimValue } from '../../app/platform/auth/declared-claims.js';
import type { PoolDocument } from '../../app/platform/contract/pools.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { signAccessToken } from './emulator-key.js';
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
  /** What the token holds of declared claims, by the names that rules use. */
  readonly claims: Readonly<Record<string, ClaimValue>>;
}

const NOBODY = { groups: [], scopes: [], claims: {} };
const SAMPLES = { string: 'sample', number: 1, boolean: true, strings: ['sample'] };

/** A value for each declared claim that counts in access tokens. */
function claimsOf({ claims }: PoolDocument): Record<string, ClaimValue> {
  const counted = Object.entries(claims).filter(([, { tokens }]) => tokens.includes('access'));
  return Object.fromEntries(
    counted.map(([name, { type, values }]) => {
      const [value] = values ?? [];
      return [name, value === undefined ? SAMPLES[type] : type === 'strings' ? [value] : value];
    }),
  );
}

function callersOf([pool, document]: [string, PoolDocument]): Caller[] {
  const { groups, clients } = document;
  const inGroups = Object.keys(groups).map((group) => ({
    name: `a person of ${pool} in ${group}`,
    pool,
    groups: [group],
    scopes: [],
    claims: {},
  }));
  const machines = Object.entries(clients).flatMap(([machine, client]) =>
    client.type === 'machine'
      ? [{ ...NOBODY, name: `the machine ${machine} of ${pool}`, pool, machine, scopes: client.scopes }]
      : [],
  );
  const claims = claimsOf(document);
  const withClaims = [
    { ...NOBODY, name: `a person of ${pool} in all groups with claims`, pool, groups: Object.keys(groups), claims },
  ];
  return [
    { ...NOBODY, name: `a person of ${pool} in no group`, pool },
    ...inGroups,
    ...(Object.keys(claims).length > 0 ? withClaims : []),
    ...machines,
  ];
}

/**
 * One without a token; for each pool a person in no group, a person in each group, one with every declared claim, and each
 * machine.
 */
export const CALLERS: readonly Caller[] = [
  { ...NOBODY, name: 'a caller without a token' },
  ...Object.entries(access.document).flatMap(callersOf),
];

/** An access token for each caller that has one, by the caller's name. */
export async function signIn(cloud: Cloud): Promise<ReadonlyMap<string, string>> {
  const tokens = await Promise.all(
    CALLERS.map(async ({ name, pool, machine, groups, claims }, index): Promise<[string, string][]> => {
      if (pool === undefined) return [];
      if (machine !== undefined) return [[name, await machineToken(cloud, pool, machine)]];
      if (Object.keys(claims).length > 0) return [[name, await tokenWithClaims(cloud, pool, { groups, claims })]];
      const { accessToken } = await signUpAndIn(cloud, pool, `person-${index}`, groups);
      return [[name, accessToken]];
    }),
  );
  return new Map(tokens.flat());
}

/** An access token as client credentials would give it to the pool's machine, which moto can't do. */
export async function machineToken(cloud: Cloud, pool: string, name: string): Promise<string> {
  const { clientId, scopes } = known(cloud.outputs.machines.value[name]);
  return sign(cloud, pool, { sub: clientId, client_id: clientId, scope: scopes.join(' ') });
}

/** A person's access token with claims that a trigger would put into it, which moto doesn't run. */
function tokenWithClaims(cloud: Cloud, pool: string, { groups, claims }: Pick<Caller, 'groups' | 'claims'>) {
  const { clientId } = known(cloud.outputs.profile.value.pools[pool]);
  const declared = access.document[pool]?.claims ?? {};
  const held = Object.entries(claims).map(([name, value]): [string, ClaimValue] => {
    const { claim } = known(declared[name]);
    // Cognito writes an attribute as text, whatever its type is.
    return [claim, claim.startsWith('custom:') ? String(value) : value];
  });
  const person = { sub: randomUUID(), username: 'person-with-claims', client_id: clientId };
  return sign(cloud, pool, { ...person, 'cognito:groups': groups, ...Object.fromEntries(held) });
}

async function sign({ emulator, outputs }: Cloud, pool: string, own: object): Promise<string> {
  const { issuer, userPoolId } = known(outputs.profile.value.pools[pool]);
  return signAccessToken(emulator, { issuer, userPoolId }, own);
}
