import type { TokenUse } from '../session/session.js';

/** Who holds a token that one of the API's pools issued to one of the API's clients. */
export interface Holder {
  readonly pool: string;
  readonly use: TokenUse;
  readonly isPerson: boolean;
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
  /** The token's payload, for claims. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly isRevoked: boolean;
  /** Objects of routes that compare the owner are this person's. */
  readonly isOwner: boolean;
}

/** A kind of caller, and what it sends. */
export interface Caller {
  readonly name: string;
  readonly description: string;
  /** The `Authorization` header; undefined for a caller without a token. */
  readonly authorization: string | undefined;
  /** `untrusted`: the token is bad, or not of this API, and no route may take it. */
  readonly holder: 'nobody' | 'untrusted' | Holder;
  /** Why there is no such caller; its cells are skipped. */
  readonly unavailable?: string;
}

/** What stands in a report in the place of the header. */
export function shownAuthorization({ authorization, name }: Caller): string | undefined {
  if (authorization === undefined) return undefined;
  const [scheme] = authorization.split(' ');
  return `${scheme} <token: ${name}>`;
}
