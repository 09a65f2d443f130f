declare const declared: unique symbol;

/** What a route asks of callers: a pool, one of the groups where groups are named, and one of the scopes likewise. */
interface Rule<Pool extends string> {
  /** Made by a declared pool alone: a misspelt pool, group or scope does not compile. */
  readonly [declared]: true;
  readonly pool: Pool;
  readonly groups?: readonly string[];
  /** In full, `RESOURCE_SERVER/NAME`. */
  readonly scopes?: readonly string[];
}

/** Admits people of a pool, or where it names scopes everyone who has one of them: machines are admitted by scope only. */
export interface AccessRule<Pool extends string = string> extends Rule<Pool> {
  readonly ownerOnly?: false;
}

/** Admits people of a pool to what is their own; for routes of a resource that names its owner. */
export interface OwnerRule<Pool extends string = string> extends Rule<Pool> {
  readonly ownerOnly: true;
}

/** Who may call a route: everyone, or callers who meet one of the rules. An empty list doesn't compile. */
export type Allow = 'everyone' | readonly [AccessRule | OwnerRule, ...(AccessRule | OwnerRule)[]];

/** The members of a rule, without the mark of a declared pool. */
export type RuleMembers = Pick<AccessRule | OwnerRule, 'pool' | 'groups' | 'scopes' | 'ownerOnly'>;

/** A pool that `access.ts` declares: a rule that admits its people, and the maker of narrower rules. */
export class DeclaredPool<
  Name extends string = string,
  Group extends string = never,
  Scope extends string = never,
> implements AccessRule<Name> {
  declare readonly [declared]: true;
  readonly pool: Name;
  readonly #resourceServer: string;

  constructor(pool: Name, resourceServer: string) {
    this.pool = pool;
    this.#resourceServer = resourceServer;
  }

  /** Admits people in one of the groups. */
  group(...groups: [Group, ...Group[]]): AccessRule<Name> {
    return Object.freeze({ pool: this.pool, groups }) as unknown as AccessRule<Name>;
  }

  /** Admits machines and people whose token has one of the scopes. */
  scope(...scopes: [Scope, ...Scope[]]): AccessRule<Name> {
    const inFull = scopes.map((scope) => `${this.#resourceServer}/${scope}`);
    return Object.freeze({ pool: this.pool, scopes: inFull }) as unknown as AccessRule<Name>;
  }

  /** Admits a person to what is their own. */
  owner(): OwnerRule<Name> {
    return Object.freeze({ pool: this.pool, ownerOnly: true }) as OwnerRule<Name>;
  }
}
