import type { ClaimDocuments } from '../auth/declared-claims.js';
import type { TokenUse } from '../auth/pool.js';
import { DeclaredPool } from '../auth/declared-pool.js';
import {
  attributePermissions,
  claimDocuments,
  type AttributeDeclaration,
  type AttributePermissions,
  type ClaimDeclaration,
  type ClaimTypes,
} from './claim-declarations.js';
import type { ManagedLogin } from './managed-login.js';

/** How people get an account in a pool and sign in to it; what is left out has Terraform's default. */
export interface SignInOptions {
  /** What may be typed in the place of the user name. Fixed when the pool is created. */
  readonly aliases?: readonly ('email' | 'phone_number' | 'preferred_username')[];
  /** What is the user name, instead of a name and its aliases. Fixed when the pool is created. */
  readonly usernames?: readonly ('email' | 'phone_number')[];
  readonly selfRegistration?: boolean;
}

/** A user pool as `access.ts` declares it. */
export interface PoolDeclaration {
  readonly signIn?: SignInOptions;
  /** Of the client without a secret; by default the docs page's and the command's on loopback, in the local Cognito alone. */
  readonly managedLogin?: ManagedLogin;
  /** The kinds of token that the API accepts from the pool; both by default. */
  readonly tokenUse?: readonly [TokenUse, ...TokenUse[]];
  /** Custom attributes of the people by name, without `custom:`. Once made they can't be removed, nor changed in kind. */
  readonly attributes?: Readonly<Record<string, AttributeDeclaration>>;
  /** What the API relies on in the pool's tokens beside Cognito's own claims, by name. */
  readonly claims?: Readonly<Record<string, ClaimDeclaration>>;
  /** Name -> what its members may do. People are authorised by group. */
  readonly groups?: Readonly<Record<string, string>>;
  /** Name -> what it allows. Machines are authorised by scope; a token holds it as `RESOURCE_SERVER/NAME`. */
  readonly scopes?: Readonly<Record<string, string>>;
  /** Clients of machines by name, unique across pools, and the scopes that each may ask for. */
  readonly machines?: Readonly<Record<string, { readonly scopes: readonly [string, ...string[]] }>>;
}

/** The clients of every pool that people sign in through: with a secret, for servers, and without, for pages and devices. */
export const PEOPLE_CLIENT = 'people';
export const PUBLIC_CLIENT = 'public';

/** A client in `dist/pools.json`; a machine's scopes are in full. */
export type ClientDocument =
  | ({
      readonly type: 'people';
      readonly secret: boolean;
      readonly managedLogin?: ManagedLogin;
      /** Absent in a pool without attributes of its own. */
    } & Partial<AttributePermissions>)
  | { readonly type: 'machine'; readonly scopes: readonly string[] };

/** A pool in `dist/pools.json`, nothing left out. */
export interface PoolDocument {
  readonly signIn: SignInOptions;
  /** Absent where both kinds are accepted. */
  readonly tokenUse?: readonly TokenUse[];
  readonly groups: Readonly<Record<string, string>>;
  /** The identifier that the pool's scopes begin with. */
  readonly resourceServer: string;
  /** Name -> what it allows; a token holds it as `RESOURCE_SERVER/NAME`. */
  readonly scopes: Readonly<Record<string, string>>;
  /** Name -> client. */
  readonly clients: Readonly<Record<string, ClientDocument>>;
  /** Custom attributes of the people by name, without `custom:`. */
  readonly attributes: Readonly<Record<string, AttributeDeclaration>>;
  readonly claims: ClaimDocuments;
}

/** The content of `dist/pools.json`: pools by name. */
export type PoolsDocument = Readonly<Record<string, PoolDocument>>;

type Names<T> = Extract<keyof T, string>;
type GroupOf<D> = D extends { readonly groups: infer G } ? Names<G> : never;
type ScopeOf<D> = D extends { readonly scopes: infer S } ? Names<S> : never;

type AttributeOf<D> = D extends { readonly attributes: infer A } ? Names<A> : never;

/** A machine's scopes and a claim's attribute are those of their own pool, or it doesn't compile. */
type WithOwnNames<D> = {
  readonly [K in keyof D]: {
    readonly claims?: Readonly<Record<string, ClaimDeclaration<AttributeOf<D[K]>>>>;
    readonly machines?: Readonly<Record<string, { readonly scopes: readonly [ScopeOf<D[K]>, ...ScopeOf<D[K]>[]] }>>;
  };
};

/** Who callers are: the pools, for `allow`, and the document that everything outside the app follows. */
export interface Access<D = Readonly<Record<string, PoolDeclaration>>> {
  readonly pools: { readonly [K in Names<D>]: DeclaredPool<K, GroupOf<D[K]>, ScopeOf<D[K]>, ClaimTypes<D[K]>> };
  readonly document: PoolsDocument;
  /** As they were written, for `assertAccess`. */
  readonly declarations: D;
}

/** `resourceServer` is the identifier of the pools' scopes, the product's name. The build checks what the compiler can't see. */
export function defineAccess<const D extends Readonly<Record<string, PoolDeclaration>>>(
  resourceServer: string,
  declarations: D & WithOwnNames<D>,
): Access<D> {
  const entries = Object.entries<PoolDeclaration>(declarations);
  return {
    pools: Object.fromEntries(
      entries.map(([name]) => [name, new DeclaredPool(name, resourceServer)]),
    ) as unknown as Access<D>['pools'],
    document: Object.fromEntries(entries.map(([name, pool]) => [name, poolDocument(resourceServer, pool)])),
    declarations,
  };
}

function poolDocument(resourceServer: string, declaration: PoolDeclaration): PoolDocument {
  const { signIn = {}, managedLogin, tokenUse, groups = {}, scopes = {}, machines = {} } = declaration;
  const { attributes = {} } = declaration;
  const permissions = attributePermissions(declaration);
  const clients = Object.entries(machines).map(([name, machine]): [string, ClientDocument] => [
    name,
    { type: 'machine', scopes: machine.scopes.map((scope) => `${resourceServer}/${scope}`) },
  ]);
  return {
    signIn,
    ...(tokenUse && { tokenUse }),
    groups,
    resourceServer,
    scopes,
    clients: {
      [PEOPLE_CLIENT]: { type: 'people', secret: true, ...permissions },
      [PUBLIC_CLIENT]: { type: 'people', secret: false, ...(managedLogin && { managedLogin }), ...permissions },
      ...Object.fromEntries(clients),
    },
    attributes,
    claims: claimDocuments(declaration),
  };
}
