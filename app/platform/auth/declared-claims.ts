import type { JsonObject } from './jwt.js';
import type { TokenUse } from './pool.js';

/** What a claim may hold; a list is one of texts. */
export type ClaimValue = string | number | boolean | readonly string[];

/** The caller's declared claims by name. What the token doesn't hold is missing; what is not of its type is undefined. */
export type Claims = Readonly<Record<string, ClaimValue | undefined>>;

/** A declared claim, nothing left out. */
export interface ClaimDocument {
  /** What tokens name it: its own name, or `custom:NAME` for that of a custom attribute. */
  readonly claim: string;
  readonly type: 'string' | 'number' | 'boolean' | 'strings';
  /** The only texts that it may hold; absent where any will do. */
  readonly values?: readonly string[];
  /** The kinds of token in which it counts. */
  readonly tokens: readonly TokenUse[];
}

/** Claims by name. */
export type ClaimDocuments = Readonly<Record<string, ClaimDocument>>;

/** The claims that pools declare, by the pool's name; `dist/pools.json` has this shape. */
export type DeclaredClaims = Readonly<Record<string, { readonly claims: ClaimDocuments }>>;

/** Takes the declared claims out of a verified token. The result is frozen. */
export type ClaimReader = (token: JsonObject, tokenUse: TokenUse) => Claims;

const NO_CLAIMS: Claims = Object.freeze({});
export const readNoClaims: ClaimReader = () => NO_CLAIMS;

const ATTRIBUTE_PREFIX = 'custom:';
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** As Cognito writes an attribute: text, whatever its type is. */
const fromText: Readonly<Record<'number' | 'boolean', (text: string) => ClaimValue | undefined>> = {
  number: (text) => (NUMBER.test(text) ? Number(text) : undefined),
  boolean: (text) => (text === 'true' || text === 'false' ? text === 'true' : undefined),
};

/** Undefined for a value that is not of the claim's type. */
function valueOf({ claim, type, values }: ClaimDocument, value: unknown): ClaimValue | undefined {
  const isAllowed = (text: unknown): text is string => isText(text) && (values?.includes(text) ?? true);
  if (type === 'string') return isAllowed(value) ? value : undefined;
  if (type === 'strings') return Array.isArray(value) && value.every(isAllowed) ? Object.freeze(value) : undefined;
  if (claim.startsWith(ATTRIBUTE_PREFIX)) return isText(value) ? fromText[type](value) : undefined;
  return typeof value === type ? (value as number | boolean) : undefined;
}

/** A reader of a pool's declared claims. */
export function createClaimReader(declared: ClaimDocuments = {}): ClaimReader {
  const entries = Object.entries(declared);
  if (entries.length === 0) return readNoClaims;
  return (token, tokenUse) => {
    const held = entries.filter(([, { claim, tokens }]) => tokens.includes(tokenUse) && Object.hasOwn(token, claim));
    return Object.freeze(Object.fromEntries(held.map(([name, claim]) => [name, valueOf(claim, token[claim.claim])])));
  };
}
