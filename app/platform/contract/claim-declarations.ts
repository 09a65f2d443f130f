import type { ClaimDocument, ClaimDocuments } from '../auth/declared-claims.js';
import type { NoClaims } from '../auth/declared-pool.js';
import type { TokenUse } from '../auth/pool.js';

/**
 * A custom attribute of a pool's people. Cognito puts it into ID tokens as `custom:NAME`, always as text; a trigger may put
 * it into access tokens. https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export interface AttributeDeclaration {
  readonly type: 'string' | 'number' | 'boolean';
  /** Of a text's length, or of a number. */
  readonly min?: number;
  readonly max?: number;
  /** False: it is set when a user is created, and never changes. */
  readonly mutable?: boolean;
  /** True: people may write it themselves, through the pool's clients. By default administrators and triggers alone. */
  readonly selfService?: boolean;
}

interface AnyClaim<Attribute> {
  /** The custom attribute that it is, which tokens name `custom:NAME`; by default tokens hold the claim by its own name. */
  readonly attribute?: Attribute;
  /** The kinds of token in which it counts; by default both. Cognito puts no attribute into access tokens: a trigger does. */
  readonly tokens?: readonly [TokenUse, ...TokenUse[]];
}

/** What the API relies on in a pool's tokens. A token in which it is missing, or of another type, doesn't have it. */
export type ClaimDeclaration<Attribute extends string = string> = AnyClaim<Attribute> &
  (
    | { readonly type: 'number' | 'boolean' }
    /** `strings` is a list of texts; with `values`, no other text is accepted. */
    | { readonly type: 'string' | 'strings'; readonly values?: readonly [string, ...string[]] }
  );

type Text<C> = C extends { readonly values: readonly (infer V)[] } ? V : string;
type ValueOf<C> = C extends { readonly type: infer T }
  ? { string: Text<C>; strings: readonly Text<C>[]; number: number; boolean: boolean }[T & ClaimDeclaration['type']]
  : never;

/** The claims that a caller of the pool may have, by name. */
export type ClaimTypes<D> = D extends { readonly claims: infer C }
  ? { readonly [Name in Extract<keyof C, string>]?: ValueOf<C[Name]> }
  : NoClaims;

interface Declarations {
  readonly tokenUse?: readonly TokenUse[];
  readonly attributes?: Readonly<Record<string, AttributeDeclaration>>;
  readonly claims?: Readonly<Record<string, ClaimDeclaration>>;
}

/** Claims that Cognito makes itself, and what a trigger can't override. */
const RESERVED = new Set(
  (
    'acr amr at_hash aud auth_time azp client_id cognito:groups cognito:preferred_role cognito:roles cognito:username ' +
    'device_key event_id exp iat identities iss jti nbf nonce origin_jti scope sub token_use username version'
  ).split(' '),
);
const ATTRIBUTE_NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,20}$/u;

/** Throws an Error that names the pool, what is wrong with its claims or attributes, and what to do. */
export function assertClaims(pool: string, { tokenUse, attributes = {}, claims = {} }: Declarations): void {
  for (const name of Object.keys(attributes)) {
    if (!ATTRIBUTE_NAME.test(name) || name.startsWith('custom:'))
      throw new Error(
        `Pool ${pool}: an attribute's name has 1 to 20 characters and no custom: before it: rename ${name}.`,
      );
  }
  for (const [name, { attribute, tokens = tokenUse }] of Object.entries(claims)) {
    const refuse = (why: string) => new Error(`Pool ${pool}: the claim ${name} ${why}`);
    if (name === '' || name === '__proto__' || (attribute === undefined && RESERVED.has(name)))
      throw refuse("is Cognito's own, and the caller has what can be relied on of it: give it another name.");
    if (attribute !== undefined) {
      const declared = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
      if (!declared) throw refuse(`is of the attribute ${attribute}, which the pool doesn't declare.`);
      if (declared.selfService)
        throw refuse('is of an attribute that people write themselves: nothing can rely on it. Leave selfService out.');
    }
    if (tokenUse && !tokens?.some((use) => tokenUse.includes(use)))
      throw refuse(`counts in no kind of token that the pool's tokenUse accepts: change one of the two.`);
  }
}

const WRITABLE = (
  'address birthdate email family_name gender given_name locale middle_name name nickname phone_number picture ' +
  'preferred_username profile updated_at website zoneinfo'
).split(' ');
const READABLE = [...WRITABLE, 'email_verified', 'phone_number_verified'];

/** What people may read and write of themselves through a client, with the prefix of custom attributes. */
export interface AttributePermissions {
  readonly readAttributes: readonly string[];
  readonly writeAttributes: readonly string[];
}

/** Undefined without attributes: then Cognito's default, all standard ones, is right. With some it would be all of them. */
export function attributePermissions({ attributes = {} }: Declarations): AttributePermissions | undefined {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return undefined;
  const custom = (of: typeof entries) => of.map(([name]) => `custom:${name}`);
  return {
    readAttributes: [...READABLE, ...custom(entries)],
    writeAttributes: [...WRITABLE, ...custom(entries.filter(([, { selfService }]) => selfService))],
  };
}

const BOTH: readonly TokenUse[] = ['id', 'access'];

/** The claims of a pool, nothing left out. */
export const claimDocuments = ({ claims = {} }: Declarations): ClaimDocuments =>
  Object.fromEntries(
    Object.entries(claims).map(([name, { attribute, tokens = BOTH, ...claim }]): [string, ClaimDocument] => [
      name,
      { claim: attribute === undefined ? name : `custom:${attribute}`, ...claim, tokens },
    ]),
  );
