import { AwsRefusal, isUnknownOperation } from '../aws/aws-failure.js';
import { openCognito } from '../aws/cognito.js';
import type { Parts } from '../command.js';
import { Failure } from '../failure.js';
import { changeKept, withoutUser } from '../session/session-store.js';
import type { Target } from '../state/profiles.js';
import { renew } from '../session/renewal.js';
import { chooseSession, hasLeft, MACHINE, type Kept, type Session } from '../session/session.js';
import { signInFailure } from '../session/sign-in-failure.js';

export interface LogoutOptions {
  all?: boolean;
  user?: string;
}

/** Revokes the tokens and forgets them; under --all those of every other sign-in of the user too. Signed out already: ok. */
export async function logout(parts: Parts, { all = false, user }: LogoutOptions): Promise<void> {
  const { runtime, terminal } = parts;
  const target = parts.target();
  let outcome = `Nobody is signed in to pool ${target.poolName} of profile ${target.profileName}: nothing to do.`;
  await changeKept(target, runtime, async (kept) => {
    const session = findSession(kept, user, target);
    if (!session) return undefined;
    const revocation = all ? revokeAll(parts, target, session) : revoke(parts, target, session);
    const remark = await terminal.wait('Signing out', revocation);
    outcome = `Signed out ${session.user}${all ? ' everywhere' : ''}.${remark ? ` ${remark}` : ''}`;
    return withoutUser(kept, session.user);
  });
  terminal.say(outcome);
}

function findSession(kept: Kept, user: string | undefined, target: Target): Session | undefined {
  try {
    return chooseSession(kept, user, target);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_signed_in') return undefined;
    throw error;
  }
}

/** Gives a remark where the tokens live on. Throws `unreachable`: what can't be revoked now is kept, to be revoked later. */
async function revoke({ terminal }: Parts, { profile, pool }: Target, session: Session): Promise<string | undefined> {
  if (session.user === MACHINE) return "A machine's token can't be revoked and works until it expires.";
  if (session.refreshToken === null) return undefined;
  const { sdk, client } = await openCognito(profile, terminal);
  const { clientId: ClientId, clientSecret } = pool;
  const secret = clientSecret ? { ClientSecret: clientSecret } : {};
  try {
    await client.send(new sdk.RevokeTokenCommand({ ClientId, Token: session.refreshToken, ...secret }));
    return undefined;
  } catch (error) {
    if (
      error instanceof AwsRefusal &&
      (error.reason === 'UnsupportedOperationException' || isUnknownOperation(error))
    ) {
      return 'This client has revocation off: the tokens are forgotten here, and work until they expire.';
    }
    if (isOver(error)) return undefined;
    throw signInFailure(error, session.user);
  }
}

async function revokeAll(parts: Parts, target: Target, session: Session): Promise<string | undefined> {
  const { runtime, terminal } = parts;
  if (session.user === MACHINE) return revoke(parts, target, session);
  const { sdk, client } = await openCognito(target.profile, terminal);
  let current = session;
  try {
    if (!hasLeft(session, 'access', 10_000, runtime.now())) {
      current = await renew(target, session, terminal, runtime.now);
    }
    await client.send(new sdk.GlobalSignOutCommand({ AccessToken: current.accessToken }));
    return undefined;
  } catch (error) {
    if (isOver(error)) return undefined;
    throw signInFailure(error, session.user);
  }
}

/** Tokens that don't count any more, or whose user, client or pool is gone, are signed out. */
function isOver(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  if (!(error instanceof AwsRefusal)) return error.code === 'session_ended';
  const isGone = error.reason === 'ResourceNotFoundException' || error.reason === 'UserNotFoundException';
  return isGone || (error.reason === 'NotAuthorizedException' && !/secret/i.test(error.said));
}
