import { hasAwsCode, isUnknownOperation } from '../aws/aws-error.js';
import { openCognito } from '../aws/clients.js';
import { browserRoundTrip } from '../browser/round-trip.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { NOT_REVOKED, REVOKED, revokeTokens, type RevokeOptions } from '../revocation/revoke-tokens.js';
import { withLiveSecret } from '../session/client-secret.js';
import { OAuthRefusal, openPublicClient } from '../session/public-client.js';
import { renew } from '../session/renewal.js';
import { chooseSession, updateSessions, withoutUser, type StoredSessions } from '../session/session-store.js';
import { isValidFor, machineNameOf, readClaims, type Session } from '../session/session.js';
import { signInFailure } from '../session/sign-in.js';
import { targetFlags, userLine, type Target } from '../state/profiles.js';

export interface LogoutOptions extends RevokeOptions {
  all?: boolean;
  browser?: boolean;
  timeout?: string;
  user?: string;
}

const MIN_TTL_MS = 10_000;
const NOT_REVOCABLE = 'This client has token revocation off: the tokens are deleted here, and valid until they expire.';

/** Revokes the tokens and deletes them; under --all those of the user's other sign-ins too. Ok if signed out already. */
export async function logout(
  context: CommandContext,
  { all = false, browser = false, timeout, user, ...options }: LogoutOptions,
): Promise<void> {
  const { runtime, terminal } = context;
  const target = context.target();
  let outcome = `Nobody is signed in to pool ${target.poolName} of profile ${target.profileName}: nothing to do.`;
  await updateSessions(target, runtime, async (stored) => {
    const session = findSession(stored, user, target);
    if (!session) return undefined;
    const revocation = all ? revokeAll(context, target, session, options) : revoke(context, target, session);
    const remark = await terminal.wait('Signing out', revocation);
    outcome = `Signed out ${session.user}${all ? ' everywhere' : ''}.${remark ? ` ${remark}` : ''}`;
    return withoutUser(stored, session.user);
  });
  terminal.say(outcome);
  if (browser) await endBrowserSession(context, target, timeout);
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html */
async function endBrowserSession(context: CommandContext, target: Target, timeout: string | undefined) {
  const instead = commandLine('logout', ...targetFlags(target));
  context.prompt.assertPossible({ message: 'a sign-out in the browser', instead });
  const { address } = await openPublicClient(target);
  const logout = (logout_uri: string) => address('/logout', { logout_uri });
  await browserRoundTrip(context, { target, address: logout, purpose: 'sign out of the browser', timeout, instead });
  context.terminal.say(`Signed the browser out of pool ${target.poolName} too.`);
}

function findSession(stored: StoredSessions, user: string | undefined, target: Target): Session | undefined {
  try {
    return chooseSession(stored, user, target);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_signed_in') return undefined;
    throw error;
  }
}

/**
 * Returns a remark if the tokens remain valid. Throws `unreachable`: tokens that can't be revoked now stay stored, so that
 * they can be revoked later.
 */
async function revoke({ terminal }: CommandContext, target: Target, session: Session): Promise<string | undefined> {
  const { profile } = target;
  if (machineNameOf(session.user) !== undefined) {
    return "A machine's token can't be revoked and is valid until it expires.";
  }
  if (session.refreshToken === null) return undefined;
  if (session.publicClientId !== undefined) return revokeAtDomain(target, session.refreshToken);
  const { sdk, client } = await openCognito(profile, terminal);
  const { clientId: ClientId, clientSecret } = (await withLiveSecret(target, terminal)).pool;
  const secret = clientSecret ? { ClientSecret: clientSecret } : {};
  try {
    await client.send(new sdk.RevokeTokenCommand({ ClientId, Token: session.refreshToken, ...secret }));
    return undefined;
  } catch (error) {
    if (hasAwsCode(error, 'UnsupportedOperationException') || isUnknownOperation(error)) {
      return NOT_REVOCABLE;
    }
    if (isSignedOut(error)) return undefined;
    throw signInFailure(error, session.user, target);
  }
}

/** RFC 7009. https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html */
async function revokeAtDomain(target: Target, refreshToken: string): Promise<string | undefined> {
  const { oauth, server, client, send } = await openPublicClient(target);
  try {
    return await send(async (options) => {
      const response = await oauth.revocationRequest(server, client, oauth.None(), refreshToken, options);
      return oauth.processRevocationResponse(response);
    });
  } catch (error) {
    if (error instanceof OAuthRefusal && error.oauthCode === 'invalid_request') return NOT_REVOCABLE;
    if (error instanceof OAuthRefusal) return undefined;
    throw error;
  }
}

/** Returns a remark on tokens that were issued already. A person's AWS credentials, if any, are asked for nothing else. */
async function revokeAll(
  context: CommandContext,
  target: Target,
  session: Session,
  options: RevokeOptions,
): Promise<string | undefined> {
  const { runtime, terminal } = context;
  if (machineNameOf(session.user) !== undefined) return revoke(context, target, session);
  const { sdk, client, serverTime } = await openCognito(target.profile, terminal);
  let current = session;
  try {
    if (!isValidFor(session, 'access', MIN_TTL_MS, runtime.now())) current = await renew(context, target, session);
    await client.send(new sdk.GlobalSignOutCommand({ AccessToken: current.accessToken }));
  } catch (error) {
    if (isSignedOut(error)) return undefined;
    throw signInFailure(error, session.user, target);
  }
  const { sub: subject = '' } = readClaims(current.accessToken);
  try {
    const revocation = { target, subject, atMs: serverTime() ?? runtime.now() };
    return (await revokeTokens(context, revocation, options)) ? REVOKED : `But ${NOT_REVOKED}`;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const line = userLine('sign-out', session.user, target);
    return `But tokens that were issued already are valid until they expire, unless an operator revokes them: ${line} (${error.message})`;
  }
}

/** Tokens that are no longer valid, or whose user, client or pool is gone, need no revocation. */
function isSignedOut(error: unknown): boolean {
  if (hasAwsCode(error, 'ResourceNotFoundException', 'UserNotFoundException')) return true;
  if (hasAwsCode(error, 'NotAuthorizedException')) return !/secret/i.test(error.awsMessage);
  return error instanceof Failure && error.code === 'session_ended';
}
