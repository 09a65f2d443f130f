import { access } from '../../api/access.js';
import type { PoolDocument } from '../../platform/contract/pools.js';
import type { ProfilePool } from '../../platform/contract/profile.js';
import type { Cognito } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { revokeTokens } from '../revocation/revoke-tokens.js';
import { liveMachineSecret, withLiveSecret, type LiveTarget } from '../session/client-secret.js';
import { signInMachine } from '../session/machine-sign-in.js';
import { readClaims, type Session, type TokenUse } from '../session/session.js';
import { challengeUnknown, signIn } from '../session/sign-in.js';
import { importMachinesHint, loadMachines, type Machine } from '../state/machines.js';
import type { Target } from '../state/profiles.js';
import type { Caller, Holder } from './caller.js';
import { holdsClaim } from './expectation.js';
import { planPeople, type PersonPlan } from './people.js';
import type { ProvedRoute } from './plan.js';
import type { Temporary, TemporaryPerson } from './temporary.js';
import { changed, untrustedOf } from './untrusted-callers.js';

export interface CallerOptions {
  readonly context: CommandContext;
  readonly cognito: Cognito;
  readonly temporary: Temporary;
  readonly routes: readonly ProvedRoute[];
  readonly signal: AbortSignal;
}

export interface MadeCallers {
  readonly callers: readonly Caller[];
  /** The names in Cognito of callers who are temporary users. */
  readonly usernames: ReadonlyMap<Caller, string>;
  /** Passwords and secrets that were used; tokens are the callers' own. */
  readonly secrets: readonly string[];
}

const NOBODY: Caller = {
  name: 'no token',
  description: 'No Authorization header.',
  authorization: undefined,
  holder: 'nobody',
};

/** Makes every kind of caller: people by signing them in, machines by their credentials, bad tokens by hand. */
export async function makeCallers(options: CallerOptions): Promise<MadeCallers> {
  const { context, temporary, signal } = options;
  const { profileName, profile } = context.profile();
  const machines = loadMachines({ profileName, profile }, context.runtime);
  const callers: Caller[] = [NOBODY];
  const usernames = new Map<Caller, string>();
  const secrets: string[] = [];

  for (const [poolName, document] of Object.entries(access.document)) {
    const target = await withLiveSecret(context.target(poolName), context.terminal);
    const { userPoolId, clientSecret } = target.pool;
    if (clientSecret) secrets.push(clientSecret);
    callers.push(...(await untrustedOf(target)));
    const plans = planPeople(poolName, document, options.routes);
    const anotherGroup = plans.some(({ inAnotherGroup }) => inAnotherGroup)
      ? await temporary.addGroup(userPoolId)
      : undefined;
    for (const plan of plans) {
      signal.throwIfAborted();
      const person = await addPerson(plan, target, document, anotherGroup);
      const made = await personCallers(plan, person, target);
      for (const caller of made) usernames.set(caller, person.username);
      callers.push(...made);
      if (plan.label === '') callers.push(...(await otherClient(person, target)), ...changed(made[0], poolName));
    }
    for (const [name, client] of Object.entries(document.clients)) {
      signal.throwIfAborted();
      if (client.type !== 'machine') continue;
      const machine = machines.find((each) => each.name === name);
      callers.push(...(machine ? await machineCallers(machine) : [noMachine(poolName, name, profileName)]));
    }
  }
  const another = await anotherPool();
  const machineSecrets = await Promise.all(machines.map((each) => liveMachineSecret(each, context.terminal)));
  const byName = new Map([...callers, another].map((caller) => [caller.name, caller]));
  const known = callers.flatMap(({ authorization }) => authorization?.split(' ').slice(1) ?? []);
  return {
    callers: [...byName.values()],
    usernames,
    secrets: [...secrets, ...machineSecrets, ...known],
  };

  async function addPerson(
    { key, groups, inAnotherGroup, attributes }: PersonPlan,
    { pool: { userPoolId } }: Target,
    { signIn }: PoolDocument,
    anotherGroup: string | undefined,
  ) {
    const all = inAnotherGroup && anotherGroup !== undefined ? [...groups, anotherGroup] : groups;
    const person = await temporary.addPerson(userPoolId, key, { groups: all, attributes, signIn });
    secrets.push(person.password);
    return person;
  }

  async function personCallers(plan: PersonPlan, person: TemporaryPerson, target: LiveTarget): Promise<Caller[]> {
    const { label, description, role, claims, pool } = plan;
    const uses: TokenUse[] = role === 'person' ? ['access', 'id'] : ['access'];
    const session = await signInPerson(person, target, options);
    const isRevoked = role === 'revoked' && (await revoke(session, target));
    return uses.map((use): Caller => {
      const kind = use === 'access' ? 'access token' : 'ID token';
      const name = role === 'person' ? `${[pool, label].join(' ').trim()}, ${kind}` : `${pool}, ${label}`;
      const caller = { name, description: `The ${kind} of ${description}.` };
      if (session instanceof Failure) return unavailable(caller, session.message);
      if (role === 'revoked' && !isRevoked)
        return unavailable(caller, "The API's table, which tokens are revoked in, is unknown.");
      const token = use === 'access' ? session.accessToken : (session.idToken ?? '');
      const holder = holderOf(token, use, pool, { isRevoked, isOwner: role === 'owner' });
      const missing = role === 'person' && missingClaim(claims, holder);
      if (missing) {
        return unavailable(
          caller,
          `Cognito's ${kind} does not hold the claim ${missing}: a trigger makes it, or nothing.`,
        );
      }
      return Object.assign(caller, { authorization: `Bearer ${token}`, holder });
    });
  }

  async function revoke(session: Session | Failure, target: Target): Promise<boolean> {
    if (session instanceof Failure) return false;
    const { sub: subject = '' } = readClaims(session.accessToken);
    const atMs = options.cognito.serverTime() ?? context.runtime.now();
    return revokeTokens(context, { target, subject, atMs }, {});
  }

  async function otherClient(person: TemporaryPerson, target: Target): Promise<Caller[]> {
    const { poolName, pool } = target;
    const caller = {
      name: `${poolName}, other client`,
      description: `The access token of a person of ${poolName}, issued to another client of the pool, which is not the API's.`,
    };
    const clientId = await temporary.addClient(pool.userPoolId);
    const session = await signInPerson(person, { ...target, pool: withoutSecret(pool, clientId) }, options);
    if (session instanceof Failure) return [unavailable(caller, session.message)];
    return [{ ...caller, authorization: `Bearer ${session.accessToken}`, holder: 'untrusted' }];
  }

  async function machineCallers(machine: Machine): Promise<Caller[]> {
    const { poolName: pool, name, scopes } = machine;
    const sets = scopes.length > 1 ? [scopes, ...scopes.map((scope) => [scope])] : [scopes];
    const made: Caller[] = [];
    for (const asked of sets) {
      const only = asked === scopes ? '' : `, only ${asked.join(' ')}`;
      const { accessToken } = await signInMachine({ ...machine, scopes: asked }, context.terminal, context.runtime.now);
      made.push({
        name: `${pool}, machine ${name}${only}`,
        description: `The access token of the machine ${name}, with the scope ${asked.join(' and ')}.`,
        authorization: `Bearer ${accessToken}`,
        holder: holderOf(accessToken, 'access', pool, { isRevoked: false, isOwner: false }),
      });
    }
    return made;
  }

  /** With all the groups that any pool of the API declares. */
  async function anotherPool(): Promise<Caller> {
    const groups = Object.values(access.document).flatMap((document) => Object.keys(document.groups));
    const caller = {
      name: 'another pool',
      description: "The access token of a person of a user pool that is not the API's, in groups of the same names.",
    };
    const userPoolId = await temporary.addPool([...new Set(groups)]).catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'aws_credentials_refused') return error;
      throw error;
    });
    if (userPoolId instanceof Failure) return unavailable(caller, userPoolId.message);
    const clientId = await temporary.addClient(userPoolId);
    const [poolName = ''] = Object.keys(access.document);
    const target = context.target(poolName);
    const person = await temporary.addPerson(userPoolId, 'p', {
      groups: [...new Set(groups)],
      attributes: {},
      signIn: {},
    });
    secrets.push(person.password);
    const pool = { ...withoutSecret(target.pool, clientId), userPoolId };
    const session = await signInPerson(person, { ...target, pool }, options);
    if (session instanceof Failure) return unavailable(caller, session.message);
    return { ...caller, authorization: `Bearer ${session.accessToken}`, holder: 'untrusted' };
  }
}

/** A Failure where the pool's settings forbid such a sign-in; other Failures are thrown. */
async function signInPerson(
  { username, password }: TemporaryPerson,
  target: LiveTarget,
  { cognito, context }: Pick<CallerOptions, 'cognito' | 'context'>,
): Promise<Session | Failure> {
  try {
    return await signIn({
      cognito,
      target,
      user: username,
      password,
      answerChallenge: ({ name }) => Promise.reject(challengeUnknown(name)),
      now: context.runtime.now,
    });
  } catch (error) {
    if (error instanceof Failure && ['flow_off', 'challenge_unknown'].includes(error.code)) return error;
    throw error;
  }
}

function holderOf(
  token: string,
  use: TokenUse,
  pool: string,
  { isRevoked, isOwner }: Pick<Holder, 'isRevoked' | 'isOwner'>,
): Holder {
  const payload = readClaims(token) as Record<string, unknown>;
  const { scope, 'cognito:groups': groups } = payload;
  return {
    pool,
    use,
    isPerson: 'username' in payload || 'cognito:username' in payload,
    groups: Array.isArray(groups) ? groups : [],
    scopes: typeof scope === 'string' ? scope.split(' ') : [],
    payload,
    isRevoked,
    isOwner,
  };
}

const missingClaim = (claims: PersonPlan['claims'], holder: Holder) =>
  claims.find((claim) => !holdsClaim(claim, holder, access.document))?.name;

function unavailable(caller: Pick<Caller, 'name' | 'description'>, reason: string): Caller {
  return { ...caller, authorization: undefined, holder: 'nobody', unavailable: reason };
}

function noMachine(pool: string, name: string, profileName: string): Caller {
  const caller = { name: `${pool}, machine ${name}`, description: `The access token of the machine ${name}.` };
  return unavailable(caller, `The profile has no secret of the machine: ${importMachinesHint(profileName)}`);
}

function withoutSecret({ clientSecret: _secret, clientSecretArn: _arn, ...pool }: ProfilePool, clientId: string) {
  return { ...pool, clientId };
}
