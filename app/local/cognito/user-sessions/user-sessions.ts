import { poolOf } from '../context.js';
import { invalidParameter, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { oneOf, text } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import { bearer } from '../sign-in/bearer.js';
import type { Session } from '../state/state.js';
import { userOf } from '../users/directory.js';
import { activeSessions, checkTracking, lastActive, sessionIdOf } from './tracking.js';

const ofUser = { UserPoolId: fields.poolId, Username: fields.username };
const revocation = {
  SessionId: required(text({ min: 28, max: 28, pattern: /(?:tkn|sso)[a-z0-9]+/ })),
  /** Only pages open SSO sessions: a session that was opened by the API is linked to none. */
  RevokeAssociatedSessions: oneOf('NONE', 'LINKED'),
};

/**
 * The sessions of pools that track them; nobody has more than 100, which are one page.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserSessions.html
 */
export const userSessionOperations = {
  ListUserSessions: reads(
    { AccessToken: fields.token, NextToken: fields.pageToken },
    async (context, { AccessToken }) => {
      const { pool, user, session } = await bearer(context, AccessToken);
      checkTracking(pool);
      return { Sessions: activeSessions(pool, user, context.now()).map((each) => describe(each, session)) };
    },
  ),

  AdminListUserSessions: reads({ ...ofUser, NextToken: fields.pageToken }, (context, { UserPoolId, Username }) => {
    const pool = poolOf(context, UserPoolId);
    const user = userOf(pool, Username);
    checkTracking(pool);
    return { Sessions: activeSessions(pool, user, context.now()).map((each) => describe(each)) };
  }),

  RevokeUserSession: writes(
    { AccessToken: fields.token, ...revocation },
    async (context, { AccessToken, SessionId }) => {
      const { pool, user, session } = await bearer(context, AccessToken);
      checkTracking(pool);
      const found = sessionById(activeSessions(pool, user, context.now()), SessionId);
      if (found === session) throw invalidParameter('The session of the access token can not be revoked by it.');
      found.revoked = true;
      return {};
    },
  ),

  AdminRevokeUserSession: writes({ ...ofUser, ...revocation }, (context, { UserPoolId, Username, SessionId }) => {
    const pool = poolOf(context, UserPoolId);
    const user = userOf(pool, Username);
    checkTracking(pool);
    sessionById(activeSessions(pool, user, context.now()), SessionId).revoked = true;
    return {};
  }),
};

/** Throws ResourceNotFoundException. */
function sessionById(sessions: readonly Session[], id: string): Session {
  const found = sessions.find((session) => sessionIdOf(session) === id);
  if (!found) throw notFound(`Session ${id} does not exist.`);
  return found;
}

const describe = (session: Session, current?: Session) => ({
  SessionId: sessionIdOf(session),
  SessionType: 'TOKEN',
  ClientId: session.clientId,
  CreateDate: fields.date(session.authTimeSeconds * 1000),
  LastActiveDate: fields.date(lastActive(session)),
  DeviceType: 'unknown',
  IsCurrentSession: session === current,
});
