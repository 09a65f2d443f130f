type AuthorizationErrorCode =
  | 'invalid_request'
  | 'invalid_scope'
  | 'invalid_target'
  | 'login_required'
  | 'unauthorized_client'
  | 'unsupported_response_type';

/** Where an authorization response goes, and the `state` that it brings back. */
export interface ReturnAddress {
  redirectUri: string;
  state?: string | undefined;
}

/** A wrong request that is reported to the client, at its registered address (RFC 6749 section 4.1.2.1). */
export class AuthorizationError extends Error {
  override name = 'AuthorizationError';
  readonly code: AuthorizationErrorCode;
  readonly returnTo: ReturnAddress;

  constructor(code: AuthorizationErrorCode, description: string, returnTo: ReturnAddress) {
    super(description);
    this.code = code;
    this.returnTo = returnTo;
  }
}

/** A wrong request that is reported on a page: nothing in it says where to return to. */
export class PageError extends Error {
  override name = 'PageError';
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** The client's address with `parameters` added to its query, the rest of it letter for letter. */
export function addressWith(redirectUri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${new URLSearchParams(given).toString()}`;
}
