/** `token_use`: an ID token says who someone is, an access token what its client may do. */
export type TokenUse = 'access' | 'id';

/** A user pool that the API trusts. */
export interface Pool {
  /** The name that rules use, such as `customers`. */
  readonly name: string;
  /** `REGION_ID`, as Cognito gives it. */
  readonly userPoolId: string;
  readonly clientIds: ReadonlySet<string>;
  /** Compared with `iss` character by character. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenUse: ReadonlySet<TokenUse>;
  /** Whether people move from it to the pool of the same name, which its tokens are accepted for meanwhile. */
  readonly isPrevious?: true;
  /** The client without a secret, which the docs page signs people in through. */
  readonly publicClientId?: string;
  /** Where managed login and the OAuth endpoints are, without a slash at the end; absent for a pool without a domain. */
  readonly domainUrl?: string;
}

/** The settings of a pool; what is left out follows from the pool's id. */
export interface PoolSettings {
  userPoolId: string;
  clientIds: readonly string[];
  issuer?: string;
  jwksUri?: string;
  tokenUse?: readonly TokenUse[];
  publicClientId?: string;
  domainUrl?: string;
  /** The pool that people move from, of the same name. */
  previous?: Omit<PoolSettings, 'previous' | 'publicClientId' | 'domainUrl'>;
}

/** `REGION_ID`; the region names the endpoint that issues the pool's tokens. */
export const USER_POOL_ID = /^([a-z]{2}(?:-[a-z]+)+-\d)_[0-9A-Za-z]{1,55}$/;

/**
 * The issuers that Cognito uses for a pool: its own, and that of a multi-Region pool.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function cognitoIssuers(userPoolId: string): [own: string, multiRegion: string] {
  const region = USER_POOL_ID.exec(userPoolId)?.[1];
  const host = `cognito-idp.${region}.amazonaws.com/${userPoolId}`;
  return [`https://${host}`, `https://issuer-${host}`];
}

export function jwksUriOf(issuer: string) {
  return `${issuer}/.well-known/jwks.json`;
}

/** The pool, and the one that people move from: another issuer, with keys and clients of its own, under the same name. */
export function createPools(name: string, { previous, ...settings }: PoolSettings): Pool[] {
  const pool = createPool(name, settings);
  return previous ? [pool, Object.freeze({ ...createPool(name, previous), isPrevious: true })] : [pool];
}

export function createPool(name: string, settings: PoolSettings): Pool {
  const { userPoolId, clientIds, tokenUse = ['access', 'id'], publicClientId, domainUrl } = settings;
  const issuer = settings.issuer ?? cognitoIssuers(userPoolId)[0];
  return Object.freeze({
    name,
    userPoolId,
    clientIds: new Set(clientIds),
    issuer,
    jwksUri: settings.jwksUri ?? jwksUriOf(issuer),
    tokenUse: new Set(tokenUse),
    ...(publicClientId !== undefined && { publicClientId }),
    ...(domainUrl !== undefined && { domainUrl }),
  });
}
