import { clientOf, type Context } from '../context.js';
import { CognitoError, notAuthorized } from '../errors.js';
import { userBySub } from '../users/directory.js';
import { checkNotReset } from '../users/user.js';
import { readAccessToken } from './tokens.js';

/**
 * The user and the session of a valid access token that has `scope`, by default the one of the API, and the client that
 * it was issued to. Throws NotAuthorizedException, UserNotFoundException, PasswordResetRequiredException.
 */
export async function bearer(context: Context, accessToken: string, scope?: string) {
  const { pool, claims, scopes } = await readAccessToken(context, accessToken, scope);
  const user = userBySub(pool, claims.sub ?? '');
  if (!user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  const session = pool.sessions.get(String(claims['event_id']));
  if (!session || session.revoked) throw notAuthorized('Access Token has been revoked');
  checkNotReset(user);
  return { pool, user, client: clientOf(pool, session.clientId), scopes, session };
}
