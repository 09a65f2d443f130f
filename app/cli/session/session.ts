import { Failure } from '../failure.js';

/** The tokens of one sign-in. */
export interface Session {
  /** The name that was typed, Cognito's own after a sign-in by browser, or `machine NAME`. */
  readonly user: string;
  /** Cognito's own name of the user, which the secret hash of a renewal is made with; null for a machine. */
  readonly username: string | null;
  readonly accessToken: string;
  readonly idToken: string | null;
  readonly refreshToken: string | null;
  /** Milliseconds since the epoch by this computer's clock; if that is wrong, it is wrong in all of them. */
  readonly obtainedAt: number;
  readonly expiresAt: { readonly access: number; readonly id: number };
  /** Of a sign-in by browser alone: the client without a secret that renews and revokes at the pool's domain. */
  readonly publicClientId?: string;
}

export type TokenUse = 'access' | 'id';

/** The claims of a token that the command reads; none is verified. */
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

/** The payload of a compact JWS (RFC 7515 section 7.1). Throws a SyntaxError for anything else. */
export function readClaims(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}

const MACHINE_PREFIX = 'machine ';

/** The `user` of a machine's session: names of users have no space (Cognito API reference, UsernameType). */
export function machineUser(name: string): string {
  return `${MACHINE_PREFIX}${name}`;
}

/** The machine's name, or undefined for a person. */
export function machineNameOf(user: string): string | undefined {
  return user.startsWith(MACHINE_PREFIX) ? user.slice(MACHINE_PREFIX.length) : undefined;
}

/** Whether a token is good for longer than `milliseconds`. After the clock was set back, no time is certain: false. */
export function isValidFor(
  { obtainedAt, expiresAt }: Session,
  use: TokenUse,
  milliseconds: number,
  now: number,
): boolean {
  return obtainedAt <= now && expiresAt[use] - now > milliseconds;
}

/** Throws `no_id_token` for a machine. */
export function tokenOf(session: Session, use: TokenUse): string {
  if (use === 'access') return session.accessToken;
  if (session.idToken !== null) return session.idToken;
  throw new Failure('usage', 'no_id_token', {
    message: 'A machine has no ID token: client credentials give only an access token.',
    hint: 'Leave out --id.',
  });
}
