/** What a token says, nothing of it verified. */
export interface Claims {
  readonly iat?: number;
  readonly exp?: number;
  readonly username?: string;
  readonly scope?: string;
  readonly client_id?: string;
  readonly sub?: string;
  readonly iss?: string;
  readonly 'cognito:groups'?: readonly string[];
}

/** The second part of a compact JWS (RFC 7515 section 7.1); throws a SyntaxError for what isn't one. */
export function readClaims(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}
