import { createHash, randomUUID } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { issuerOf, type Context } from '../context.js';
import { notAuthorized } from '../errors.js';
import { groupClaims } from '../pools/group-members.js';
import { attributesFor } from './scopes.js';
import { openSession } from './sessions.js';
import type { Client, Pool, Session, StoredKey, User } from '../state/state.js';
import { attributesInEvent } from '../triggers/runner.js';
import { changeClaims, warnIfTooLong, type TokenSource } from '../triggers/token-changes.js';
import { statusOf } from '../users/user-status.js';

/** The scope of password sign-ins: what lets an access token call GetUser and GlobalSignOut. */
const USER_SCOPE = 'aws.cognito.signin.user.admin';
const BOOLEAN_CLAIMS = new Set(['email_verified', 'phone_number_verified']);

/**
 * ID and access token of a session, with Cognito's claims; an ID token only where the session's scopes have `openid`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html and …-the-access-token.html
 */
export async function signUserTokens(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
  session: Session,
  { nonce, source = 'TokenGeneration_Authentication' }: { nonce?: string | undefined; source?: TokenSource } = {},
) {
  // Cognito adds origin_jti and jti for clients whose tokens can be revoked.
  const revocation = () => (client.revocable ? { origin_jti: session.originJti, jti: randomUUID() } : {});
  const groups = groupClaims(pool, user);
  const shared = {
    sub: user.sub,
    event_id: session.eventId,
    auth_time: session.authTimeSeconds,
  };
  const accessClaims = {
    ...shared,
    ...groups.access,
    ...revocation(),
    client_id: client.id,
    token_use: 'access',
    scope: session.scopes?.join(' ') ?? USER_SCOPE,
    username: user.username,
    ...(session.resource !== undefined && { aud: session.resource }),
  };
  const isOpenId = session.scopes?.includes('openid') ?? true;
  const idClaims = {
    ...profileClaims(client, user, session.scopes),
    ...shared,
    ...groups.id,
    ...revocation(),
    'cognito:username': user.username,
    aud: client.id,
    token_use: 'id',
    ...(nonce !== undefined && { nonce }),
  };
  const claims = await changeClaims(
    context,
    pool,
    { access: accessClaims, ...(isOpenId && { id: idClaims }) },
    { source, client, username: user.username, userAttributes: attributesInEvent(user, statusOf(user)) },
  );
  const AccessToken = await sign(context, pool, pool.keys.access, client.lifetimes.access, claims.access);
  const atHash = session.scopes && { at_hash: leftHalfHash(AccessToken) };
  const IdToken =
    claims.id && (await sign(context, pool, pool.keys.id, client.lifetimes.id, { ...claims.id, ...atHash }));
  return { AccessToken, ExpiresIn: client.lifetimes.access, TokenType: 'Bearer', ...(IdToken && { IdToken }) };
}

/** OpenID Connect Core 1.0 section 3.1.3.6. */
const leftHalfHash = (token: string) =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

/** The end of a sign-in: a new session and its tokens, unless it is managed login's, which ends with a code. */
export async function signedIn(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
  source?: TokenSource,
): Promise<object> {
  await context.triggers.run(
    pool,
    'postAuthentication',
    {
      source: 'PostAuthentication_Authentication',
      client,
      username: user.username,
      clientMetadata: context.clientMetadata,
    },
    { userAttributes: attributesInEvent(user, statusOf(user)), newDeviceUsed: false },
    {},
  );
  if (context.completeSignIn) return context.completeSignIn(user);
  const { session, refreshToken } = openSession(context, pool, client, user);
  const tokens = await signUserTokens(context, pool, client, user, session, source && { source });
  return { ChallengeParameters: {}, AuthenticationResult: { ...tokens, RefreshToken: refreshToken } };
}

/** The access token of a machine: its subject is the client itself. */
export async function signMachineToken(context: Context, pool: Pool, client: Client, scope: string): Promise<string> {
  const auth_time = Math.floor(context.now() / 1000);
  const claims = {
    sub: client.id,
    client_id: client.id,
    token_use: 'access',
    scope,
    auth_time,
    version: 2,
    jti: randomUUID(),
  };
  const source = 'TokenGeneration_ClientCredentials';
  const changed = await changeClaims(
    context,
    pool,
    { access: claims },
    { source, client, username: client.id, userAttributes: {} },
  );
  return sign(context, pool, pool.keys.access, client.lifetimes.access, changed.access);
}

/** The pool, claims and scopes of a user's access token that has `scope`; throws NotAuthorizedException. */
export async function readAccessToken(context: Context, token: string, scope = USER_SCOPE) {
  const pool = poolThatIssued(context, token);
  if (!pool) throw notAuthorized('Invalid Access Token');
  const claims = await verify(context, pool, token);
  if (claims['token_use'] !== 'access') throw notAuthorized('Invalid Access Token');
  const scopes = String(claims['scope']).split(' ');
  if (!scopes.includes(scope)) throw notAuthorized('Access Token does not have required scopes');
  return { pool, claims, scopes };
}

function poolThatIssued(context: Context, token: string): Pool | undefined {
  try {
    const { iss } = decodeJwt(token);
    return [...context.state.pools.values()].find((pool) => issuerOf(context, pool) === iss);
  } catch {
    return undefined;
  }
}

async function verify(context: Context, pool: Pool, token: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, context.keys.of(pool.keys.access).publicKey, {
      algorithms: ['RS256'],
      issuer: issuerOf(context, pool),
      currentDate: new Date(context.now()),
    });
    return payload;
  } catch (error) {
    throw notAuthorized(error instanceof errors.JWTExpired ? 'Access Token has expired' : 'Invalid Access Token');
  }
}

async function sign(context: Context, pool: Pool, stored: StoredKey, lifetime: number, claims: JWTPayload) {
  const { kid, privateKey } = context.keys.of(stored);
  const iat = Math.floor(context.now() / 1000);
  const token = await new SignJWT({ ...claims, iss: issuerOf(context, pool), iat, exp: iat + lifetime })
    .setProtectedHeader({ kid, alg: 'RS256' })
    .sign(privateKey);
  warnIfTooLong(context, pool, claims['token_use'], token);
  return token;
}

/** The user's attributes that the client may read and the scopes permit, as claims. */
function profileClaims(
  { readAttributes }: Client,
  user: User,
  scopes: readonly string[] = [],
): Record<string, string | boolean> {
  const isPermitted = attributesFor(scopes);
  return Object.fromEntries(
    [...user.attributes]
      .filter(([name]) => isPermitted(name) && (!readAttributes || readAttributes.includes(name)))
      .map(([name, value]) => [name, BOOLEAN_CLAIMS.has(name) ? value === 'true' : value]),
  );
}
