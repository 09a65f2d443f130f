import { createRemoteJWKSet, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';

/** A JWT authorizer's settings; `jwksUri` is what the issuer's openid-configuration names. */
export interface JwtAuthorizerSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly jwksUri: string;
}

/** What the function receives of a verified token: every claim a string, lists as `[a b]`. */
export interface JwtContext {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

/** A call that the gateway refuses, without the function. */
export class Refusal extends Error {
  readonly status: number;
  readonly challenge: string | undefined;

  constructor(status: number, message: string, challenge?: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.challenge = challenge;
  }
}

export type Authorize = (authorization: string | undefined, scopes: readonly string[]) => Promise<JwtContext>;

/**
 * An HTTP API's JWT authorizer: signature, `iss`, `exp`, `nbf`, `aud` (or `client_id` where there is no `aud`), and one
 * of the route's scopes (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
 */
export function jwtAuthorizer({ issuer, audience, jwksUri }: JwtAuthorizerSettings): Authorize {
  const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(jwksUri));
  return async (authorization, scopes) => {
    const token = authorization?.replace(/^bearer +/i, '');
    if (!token) throw new Refusal(401, 'Unauthorized', 'Bearer');
    const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] }).catch((error: unknown) => {
      throw unauthorized(error instanceof Error ? error.message : 'the token is invalid');
    });
    if (!meantFor(payload, audience)) throw unauthorized('the token does not have a valid audience');
    const held = typeof payload.scope === 'string' ? payload.scope.split(' ') : [];
    if (scopes.length > 0 && !scopes.some((scope) => held.includes(scope))) {
      throw new Refusal(403, 'Forbidden', `Bearer scope="${scopes.join(' ')}" error="insufficient_scope"`);
    }
    return { claims: asStrings(payload), scopes: scopes.length > 0 ? scopes : null };
  };
}

function unauthorized(description: string): Refusal {
  return new Refusal(401, 'Unauthorized', `Bearer scope="" error="invalid_token" error_description="${description}"`);
}

function meantFor({ aud, client_id: client }: JWTPayload, audience: readonly string[]): boolean {
  const named = aud === undefined ? [client] : [aud].flat();
  return named.some((name) => typeof name === 'string' && audience.includes(name));
}

function asStrings(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}
