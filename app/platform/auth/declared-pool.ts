import type { Claims, ClaimValue } from './declared-claims.js';

declare const declared: unique symbol;

/** A claim that a rule asks for; without values any will do, of a list one of its texts. */
export interface ClaimRule {
  readonly name: string;
  readonly values?: readonly (string | number | boolean)[];
}

/** What a route asks of callers: a pool, one of the groups where groups are named, one of the scopes likewise, and all claims. */
interface Rule<Pool extends string, CallerClaims extends Claims> {
  /** Made by a declared pool alone: a misspelt pool, group, scope or claim does not compile. Here for the claims' types. */
  readonly [declared]: CallerClaims;
  readonly pool: Pool;
  readonly groups?: readonly string[];
  /** In full, `RESOURCE_SERVER/NAME`. */
  readonly scopes?: readonly string[];
  readonly claims?: readonly ClaimRule[];
}

/** Admits people of a pool, or where it names scopes everyone who has one of them: machines are admitted by scope only. */
export interface AccessRule<Pool extends string = string, CallerClaims extends Claims = Claims> extends Rule<
  Pool,
  CallerClaims
> {
  readonly ownerOnly?: false;
}

/** Admits people of a pool to what is their own; for routes of a resource that names its owner. */
export interface OwnerRule<Pool extends string = string, CallerClaims extends Claims = Claims> extends Rule<
  Pool,
  CallerClaims
> {
  readonly ownerOnly: true;
}

/** Who may call a route: everyone, or callers who meet one of the rules. An empty list doesn't compile. */
export type Allow = 'everyone' | readonly [AccessRule | OwnerRule, ...(AccessRule | OwnerRule)[]];

/** The members of a rule, without the mark of a declared pool. */
export type RuleMembers = Pick<AccessRule | OwnerRule, 'pool' | 'groups' | 'scopes' | 'claims' | 'ownerOnly'>;

/** Of a pool that declares none. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- it has no keys
export type NoClaims = Readonly<Record<never, never>>;

/** The values that a rule can ask for. */
type Scalar<Value> = Value extends readonly (infer Item)[] ? Item : Extract<Value, ClaimValue>;

/** The caller's claims once a rule has asked for one. */
type WithClaim<Declared, Name extends keyof Declared, Value> = Omit<Declared, Name> & {
  readonly [N in Name]-?: NonNullable<Declared[N]> extends readonly string[] ? NonNullable<Declared[N]> : Value;
};

/** A pool that `access.ts` declares: a rule that admits its people, and the maker of narrower rules. */
export class DeclaredPool<
  Name extends string = string,
  Group extends string = never,
  Scope extends string = never,
  Declared extends Claims = NoClaims,
> implements AccessRule<Name, Declared> {
  declare readonly [declared]: Declared;
  readonly pool: Name;
  /** Absent until a claim is asked for. */
  declare readonly claims?: readonly ClaimRule[];
  readonly #resourceServer: string;

  constructor(pool: Name, resourceServer: string, claims: readonly ClaimRule[] = []) {
    this.pool = pool;
    this.#resourceServer = resourceServer;
    if (claims.length > 0) this.claims = Object.freeze(claims);
  }

  /** Admits people in one of the groups. */
  group(...groups: [Group, ...Group[]]): AccessRule<Name, Declared> {
    return this.#rule({ groups });
  }

  /** Admits machines and people whose token has one of the scopes. */
  scope(...scopes: [Scope, ...Scope[]]): AccessRule<Name, Declared> {
    return this.#rule({ scopes: scopes.map((scope) => `${this.#resourceServer}/${scope}`) });
  }

  /** Admits a person to what is their own. */
  owner(): OwnerRule<Name, Declared> {
    return this.#rule({ ownerOnly: true });
  }

  /**
   * Admits people whose token holds the claim, with one of the values where some are given. Narrows further as the pool
   * does: `staff.claim('level', 'senior').group('chefs')` asks for both.
   */
  claim<Claim extends Extract<keyof Declared, string>, const Value extends Scalar<Declared[Claim]>>(
    name: Claim,
    ...values: Value[]
  ): DeclaredPool<Name, Group, Scope, WithClaim<Declared, Claim, Value>> {
    const rule = Object.freeze({ name, ...(values.length > 0 && { values }) });
    return Object.freeze(new DeclaredPool(this.pool, this.#resourceServer, [...(this.claims ?? []), rule])) as never;
  }

  #rule(members: Pick<RuleMembers, 'groups' | 'scopes' | 'ownerOnly'>) {
    return Object.freeze({ pool: this.pool, ...members, ...(this.claims && { claims: this.claims }) }) as never;
  }
}
