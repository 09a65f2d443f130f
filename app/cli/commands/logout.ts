import { hasAwsCode, isUnknownOperation } from '../aws/aws-error.js';
import { openCognito } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { renew } from '../session/renewal.js';
import { chooseSession, updateSessions, withoutUser, type StoredSessions } from '../session/session-store.js';
import { isValidFor, machineNameOf, type Session } from '../session/session.js';
import { signInFailure } from '../session/sign-in.js';
import type { Target } from '../state/profiles.js';

export interface LogoutOptions {
  all?: boolean;
  user?: string;
}

const MIN_TTL_MS = 10_000;

/** Revokes the tokens and deletes them; under --all those of the user's other sign-ins too. Ok if signed out already. */
export async function logout(context: CommandContext, { all = false, user }: LogoutOptions): Promise<void> {
  const { runtime, terminal } = context;
  const target = context.target();
  let outcome = `Nobody is signed in to pool ${target.poolName} of profile ${target.profileName}: nothing to do.`;
  await updateSessions(target, runtime, async (stored) => {
    const session = findSession(stored, user, target);
    if (!session) return undefined;
    const revocation = all ? revokeAll(context, target, session) : revoke(context, target, session);
    const remark = await terminal.wait('Signing out', revocation);
    outcome = `Signed out ${session.user}${all ? ' everywhere' : ''}.${remark ? ` ${remark}` : ''}`;
    return withoutUser(stored, session.user);
  });
  terminal.say(outcome);
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
  const { profile, pool } = target;
  if (machineNameOf(session.user) !== undefined) {
    return "A machine's token can't be revoked and is valid until it expires.";
  }
  if (session.refreshToken === null) return undefined;
  const { sdk, client } = await openCognito(profile, terminal);
  const { clientId: ClientId, clientSecret } = pool;
  const secret = clientSecret ? { ClientSecret: clientSecret } : {};
  try {
    await client.send(new sdk.RevokeTokenCommand({ ClientId, Token: session.refreshToken, ...secret }));
    return undefined;
  } catch (error) {
    if (hasAwsCode(error, 'UnsupportedOperationException') || isUnknownOperation(error)) {
      return 'This client has token revocation off: the tokens are deleted here, and valid until they expire.';
    }
    if (isSignedOut(error)) return undefined;
    throw signInFailure(error, session.user, target);
  }
}

async function revokeAll(context: CommandContext, target: Target, session: Session): Promise<string | undefined> {
  const { runtime, terminal } = context;
  if (machineNameOf(session.user) !== undefined) return revoke(context, target, session);
  const { sdk, client } = await openCognito(target.profile, terminal);
  let current = session;
  try {
    if (!isValidFor(session, 'access', MIN_TTL_MS, runtime.now())) current = await renew(context, target, session);
    await client.send(new sdk.GlobalSignOutCommand({ AccessToken: current.accessToken }));
    return undefined;
  } catch (error) {
    if (isSignedOut(error)) return undefined;
    throw signInFailure(error, session.user, target);
  }
}

/** Tokens that are no longer valid, or whose user, client or pool is gone, need no revocation. */
function isSignedOut(error: unknown): boolean {
  if (hasAwsCode(error, 'ResourceNotFoundException', 'UserNotFoundException')) return true;
  if (hasAwsCode(error, 'NotAuthorizedException')) return !/secret/i.test(error.awsMessage);
  return error instanceof Failure && error.code === 'session_ended';
}
