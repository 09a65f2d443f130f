import type { Context } from '../context.js';
import { CognitoError, invalidParameter, notAuthorized } from '../errors.js';
import * as fields from '../input/fields.js';
import { text } from '../input/members.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';
import { bearer } from '../sign-in/bearer.js';
import { closeChallenge, openChallenge } from '../sign-in/challenges.js';
import { hashOf } from '../sign-in/sessions.js';
import type { Challenge, Client, Pool, User } from '../state/state.js';
import { userBySub } from '../users/directory.js';
import { afterFailure, checkLock } from '../users/lockout.js';
import { newSecret, stepOf } from './totp.js';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html */
export const softwareTokenOperations = {
  /** A new secret each time; the one in use stays valid until VerifySoftwareToken. */
  AssociateSoftwareToken: writes(
    { AccessToken: fields.optionalToken, Session: fields.session },
    async (context, input) => {
      const holder = await holderOf(context, input);
      checkOffered(holder.pool);
      const pendingSecret = newSecret();
      holder.user.mfa = { enabled: [], ...holder.user.mfa, pendingSecret };
      return { SecretCode: pendingSecret, ...renewSession(context, holder) };
    },
  ),

  VerifySoftwareToken: writes(
    {
      AccessToken: fields.optionalToken,
      Session: fields.session,
      UserCode: required(text({ min: 6, max: 6, pattern: /[0-9]+/ })),
      FriendlyDeviceName: text(),
    },
    async (context, { UserCode, FriendlyDeviceName, ...input }) => {
      const holder = await holderOf(context, input);
      checkOffered(holder.pool);
      const { user } = holder;
      const { pendingSecret, ...mfa } = user.mfa ?? { enabled: [] };
      if (pendingSecret === undefined) throw invalidParameter('User has not set up software token mfa');
      const attempts = checkLock(user.mfaAttempts, context.now());
      const lastStep = stepOf(pendingSecret, UserCode, context.now());
      if (lastStep === undefined) {
        user.mfaAttempts = afterFailure(attempts, context.now());
        throw new CognitoError('EnableSoftwareTokenMFAException', 'Code mismatch and fail enable Software Token MFA');
      }
      delete user.mfaAttempts;
      const deviceName = FriendlyDeviceName || undefined;
      user.mfa = { ...mfa, totp: { secret: pendingSecret, lastStep, ...(deviceName !== undefined && { deviceName }) } };
      return { Status: 'SUCCESS', ...renewSession(context, holder, { tokenVerified: true }) };
    },
  ),
};

/** Who sets up a token: a user with an access token, or one whose sign-in waits at MFA_SETUP. */
interface Holder {
  pool: Pool;
  user: User;
  setUp?: { client: Client; challenge: Challenge; session: string };
}

/** Throws InvalidParameterException unless there is one of the two, and NotAuthorizedException. */
async function holderOf(context: Context, input: { AccessToken?: string; Session?: string }): Promise<Holder> {
  const { AccessToken, Session: session } = input;
  if ((AccessToken === undefined) === (session === undefined))
    throw invalidParameter('Provide either AccessToken or Session.');
  if (session === undefined) return bearer(context, AccessToken ?? '');
  for (const pool of context.state.pools.values()) {
    const challenge = pool.challenges.get(hashOf(session));
    const user = challenge?.name === 'MFA_SETUP' ? userBySub(pool, challenge.sub) : undefined;
    const client = challenge && pool.clients.get(challenge.clientId);
    if (!challenge || !user || !client) continue;
    if (challenge.expiresAt <= context.now()) throw notAuthorized('Invalid session for the user, session is expired.');
    if (!user.enabled) throw notAuthorized('User is disabled.');
    return { pool, user, setUp: { client, challenge, session } };
  }
  throw notAuthorized('Invalid session for the user.');
}

/** A session is good for one step: each response has the next one. */
function renewSession(context: Context, { pool, user, setUp }: Holder, details: Pick<Challenge, 'tokenVerified'> = {}) {
  if (!setUp) return {};
  closeChallenge(pool, setUp.session);
  return { Session: openChallenge(context, pool, setUp.client, user, 'MFA_SETUP', details) };
}

/** Throws SoftwareTokenMFANotFoundException, with the message of AWS's page above. */
function checkOffered({ mfa }: Pool): void {
  if (mfa?.softwareToken) return;
  throw new CognitoError(
    'SoftwareTokenMFANotFoundException',
    'Software Token MFA has not been enabled by the userPool',
  );
}
