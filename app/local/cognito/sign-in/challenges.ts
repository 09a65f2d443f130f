import { randomBytes } from 'node:crypto';
import type { Context } from '../context.js';
import { CognitoError, invalidParameter, notAuthorized, notSupportedHere } from '../errors.js';
import { takeParameter, type Parameters } from '../input/members.js';
import type { Client, Pool, User } from '../state/state.js';
import { findUser, userBySub } from '../users/directory.js';
import { checkPolicy } from '../users/passwords.js';
import { readAttributes, setPassword } from '../users/user.js';
import { checkSecretHash } from './secret-hash.js';
import { hashOf } from './sessions.js';
import { openSessionTokens } from './tokens.js';

/** A session string for a challenge: valid once, for this user and client, for as long as the client says (3 minutes). */
export function openChallenge(context: Context, pool: Pool, client: Client, user: User): string {
  const now = context.now();
  for (const [hash, { expiresAt }] of pool.challenges) if (expiresAt <= now) pool.challenges.delete(hash);
  const session = randomBytes(96).toString('base64url');
  pool.challenges.set(hashOf(session), {
    sub: user.sub,
    clientId: client.id,
    expiresAt: now + client.challengeMinutes * 60_000,
  });
  return session;
}

/** Throws NotAuthorizedException unless the session is this user's and client's and has not expired. */
function checkChallenge(context: Context, pool: Pool, client: Client, user: User, session: string): void {
  const challenge = pool.challenges.get(hashOf(session));
  if (!challenge || challenge.sub !== user.sub || challenge.clientId !== client.id)
    throw notAuthorized('Invalid session for the user.');
  if (challenge.expiresAt <= context.now()) throw notAuthorized('Invalid session for the user, session is expired.');
}

function closeChallenge(pool: Pool, session: string): void {
  pool.challenges.delete(hashOf(session));
}

interface ChallengeAnswer {
  ChallengeName: string;
  ChallengeResponses?: Parameters;
  Session?: string;
}

/** NEW_PASSWORD_REQUIRED: checks the policy, and a refused password leaves the challenge's session valid. */
export async function answerChallenge(
  context: Context,
  pool: Pool,
  client: Client,
  answer: ChallengeAnswer,
): Promise<object> {
  if (answer.ChallengeName !== 'NEW_PASSWORD_REQUIRED') throw notSupportedHere(`Challenge ${answer.ChallengeName}`);
  const responses: Parameters = answer.ChallengeResponses ?? new Map<string, string>();
  const username = takeParameter(responses, 'USERNAME');
  const password = takeParameter(responses, 'NEW_PASSWORD');
  if (answer.Session === undefined) throw invalidParameter('Missing required parameter Session');
  checkSecretHash(client, username, responses.get('SECRET_HASH'));

  const user = findUser(pool, username);
  if (!user) throw notAuthorized('Invalid session for the user.');
  checkChallenge(context, pool, client, user, answer.Session);
  if (!user.enabled) throw notAuthorized('User is disabled.');
  checkPolicy(pool.passwordPolicy, password);
  const attributes = readAttributes(pool, attributesIn(responses));

  closeChallenge(pool, answer.Session);
  const hashed = await context.passwords.hash(password);
  if (userBySub(pool, user.sub) !== user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  for (const [name, value] of attributes) user.attributes.set(name, value);
  setPassword(context, pool, user, hashed, true);
  return { ChallengeParameters: {}, ...(await openSessionTokens(context, pool, client, user)) };
}

const PREFIX = 'userAttributes.';

/** The attributes among the responses: `userAttributes.NAME`. */
function attributesIn(responses: Parameters): { Name: string; Value: string }[] {
  return [...responses]
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, Value]) => ({ Name: key.slice(PREFIX.length), Value }));
}
