export type TokenUse = 'access' | 'id';

/** The verified caller: what of a token the API relies on, frozen before anyone sees it. */
export interface Principal<Pool extends string = string> {
  /** The name of the pool in the settings, such as `customers`. */
  readonly pool: Pool;
  /** `sub`: the person's id, or for a machine its client id. */
  readonly subject: string;
  /** The user name in the pool; null for a machine. */
  readonly username: string | null;
  readonly clientId: string;
  readonly groups: readonly string[];
  /** What the client may do on the caller's behalf; always empty for an ID token, which is no rule of access. */
  readonly scopes: readonly string[];
  readonly tokenUse: TokenUse;
  /** `exp`: seconds since the epoch, may have a fraction. */
  readonly expiresAt: number;
}
