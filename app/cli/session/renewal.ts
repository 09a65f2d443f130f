import { isUnknownOperation, type AwsError } from '../aws/aws-error.js';
import { openCognito, type Cognito } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { loginLine, type Target } from '../state/profiles.js';
import { describeDuration } from '../terminal/duration.js';
import { withLiveSecret, type LiveTarget } from './client-secret.js';
import { chooseMachine, machineLoginLine, signInMachine } from './machine-sign-in.js';
import { OAuthRefusal, openPublicClient, tokensOf } from './public-client.js';
import { secretHashParameter } from './secret-hash.js';
import { chooseSession, readSessions, updateSessions, withSession } from './session-store.js';
import { isValidFor, machineNameOf, machineUser, tokenOf, type Session, type TokenUse } from './session.js';
import { createSession, signInFailure } from './sign-in.js';

interface Wanted {
  user?: string | undefined;
  use: TokenUse;
  /** Milliseconds that the token must still be good for. */
  minTtlMs: number;
}

/**
 * The stored session, renewed if its token expires too soon. Processes that find another one renewing wait for its
 * tokens. Throws `not_signed_in`, `session_ended`, `ttl_too_long`, and what signing in throws.
 */
export async function freshSession(context: CommandContext, target: Target, wanted: Wanted): Promise<Session> {
  const { runtime, terminal } = context;
  const { user, use, minTtlMs } = wanted;
  let session = chooseSession(readSessions(target, runtime), user, target);
  tokenOf(session, use);
  if (isValidFor(session, use, minTtlMs, runtime.now())) return session;
  const lifetime = session.expiresAt[use] - session.obtainedAt;
  if (minTtlMs >= lifetime) throw tooLong(lifetime);
  await updateSessions(target, runtime, async (stored) => {
    session = chooseSession(stored, session.user, target);
    if (isValidFor(session, use, minTtlMs, runtime.now())) return undefined;
    terminal.detail(`The ${use} token of ${session.user} is renewed.`);
    session = await terminal.wait('Renewing the token', renew(context, target, session));
    return withSession(stored, session);
  });
  return session;
}

/** A machine's session and its target; the machine is signed in if it has no token or one that expires too soon. */
export async function machineSession(
  context: CommandContext,
  wanted: string | true,
  minTtlMs: number,
): Promise<{ session: Session; target: Target }> {
  const { runtime, terminal } = context;
  const machine = await chooseMachine(context, context.profile(), wanted);
  const target = context.target(machine.poolName);
  const user = machineUser(machine.name);
  const isFresh = (session: Session) => session.user === user && isValidFor(session, 'access', minTtlMs, runtime.now());
  const present = readSessions(target, runtime).sessions.find(isFresh);
  if (present) return { session: present, target };
  await updateSessions(target, runtime, async (stored) => {
    if (stored.sessions.some(isFresh)) return undefined;
    return withSession(stored, await terminal.wait('Signing in', signInMachine(machine, terminal, runtime.now)));
  });
  return { session: chooseSession(readSessions(target, runtime), user, target), target };
}

/** New tokens for a session. Throws `session_ended`, and what signing in throws. */
export async function renew(context: CommandContext, target: Target, session: Session): Promise<Session> {
  const { runtime, terminal } = context;
  const machineName = machineNameOf(session.user);
  if (machineName !== undefined) {
    return signInMachine(await chooseMachine(context, target, machineName), terminal, runtime.now);
  }
  if (session.refreshToken === null) throw ended(target, session, 'there is no refresh token');
  if (session.publicClientId !== undefined)
    return createSession(await refresh(target, session, session.refreshToken), session.user, runtime.now(), session);
  try {
    const cognito = await openCognito(target.profile, terminal);
    const live = await withLiveSecret(target, terminal);
    const result = await exchange(cognito, live, session, session.refreshToken);
    return createSession(result ?? {}, session.user, runtime.now(), session);
  } catch (error) {
    const failure = signInFailure(error, session.user, target);
    throw failure instanceof Failure && failure.code === 'credentials_refused'
      ? ended(target, session, (error as AwsError).awsMessage)
      : failure;
  }
}

/** Renews what was signed in by browser where it was signed in, RFC 6749 section 6; the refresh token may be rotated. */
async function refresh(target: Target, session: Session, refreshToken: string) {
  const { oauth, server, client, send } = await openPublicClient(target);
  if (client.client_id !== session.publicClientId) throw ended(target, session, 'the pool has another public client');
  try {
    return await send(async (options) => {
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
      return tokensOf(await oauth.processRefreshTokenResponse(server, client, response));
    });
  } catch (error) {
    throw error instanceof OAuthRefusal ? ended(target, session, error.oauthCode) : error;
  }
}

/** GetTokensFromRefreshToken, which rotation of refresh tokens requires; the older flow where an emulator lacks it. */
async function exchange({ sdk, client }: Cognito, { pool }: LiveTarget, { username }: Session, RefreshToken: string) {
  const { clientId: ClientId, clientSecret } = pool;
  try {
    const secret = clientSecret ? { ClientSecret: clientSecret } : {};
    const command = new sdk.GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken, ...secret });
    return (await client.send(command)).AuthenticationResult;
  } catch (error) {
    if (!isUnknownOperation(error)) throw error;
  }
  const AuthParameters = { REFRESH_TOKEN: RefreshToken, ...secretHashParameter(pool, username ?? '') };
  const command = new sdk.InitiateAuthCommand({ AuthFlow: 'REFRESH_TOKEN_AUTH', ClientId, AuthParameters });
  return (await client.send(command)).AuthenticationResult;
}

/** The line that signs the session's user in again, as before. */
export function signInAgainLine(target: Target, { user, publicClientId }: Session): string {
  const machineName = machineNameOf(user);
  if (machineName !== undefined) return machineLoginLine(machineName, target.profileName);
  return loginLine(publicClientId === undefined ? user : undefined, target);
}

function ended(target: Target, session: Session, reason: string) {
  return new Failure('signInFirst', 'session_ended', {
    message: `The sign-in of ${session.user} can't be renewed: ${reason.replace(/\.$/, '')}.`,
    hint: signInAgainLine(target, session),
  });
}

function tooLong(lifetime: number) {
  return new Failure('usage', 'ttl_too_long', {
    message: `This client's tokens are valid for ${describeDuration(lifetime)}, which is not longer than --min-ttl.`,
    hint: "Ask for less, or raise the client's token validity.",
  });
}
