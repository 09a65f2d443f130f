import { readAttributes } from '../users/attributes.js';
import { checkChallenge, closeChallenge } from './challenges.js';
import { clientById, clientOf, poolOf, type Context } from '../context.js';
import { findUser, userBySub } from '../users/directory.js';
import { CognitoError, invalidParameter, notAuthorized, notSupportedHere } from '../errors.js';
import * as fields from '../input/fields.js';
import { adminFlows, appFlows, authFlow, flowOf, mayRefresh } from './flows.js';
import { ignored, stringMap, takeParameter, text, type Parameters } from '../input/members.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';
import { checkPolicy } from '../users/password-policy.js';
import { checkSecretHash, isSecretOf } from './secret-hash.js';
import { findSession, renewSession } from './sessions.js';
import { openSessionTokens } from './sign-in.js';
import type { Client, Pool } from '../state/state.js';
import { signUserTokens } from './tokens.js';

const metadata = {
  ClientMetadata: ignored,
  AnalyticsMetadata: ignored,
  UserContextData: ignored,
  ContextData: ignored,
};
const initiate = { ClientId: fields.clientId, AuthFlow: authFlow, AuthParameters: stringMap, ...metadata };
const respond = {
  ClientId: fields.clientId,
  ChallengeName: required(text({ max: 64 })),
  ChallengeResponses: stringMap,
  Session: fields.session,
  ...metadata,
};
const nothing: Parameters = new Map();

/** Signing in; https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html */
export const authOperations = {
  InitiateAuth: writes(initiate, (context, input) => {
    const { pool, client } = clientById(context, input.ClientId);
    return flowOf(appFlows, input.AuthFlow, client)(context, pool, client, input.AuthParameters ?? nothing);
  }),

  AdminInitiateAuth: writes({ UserPoolId: fields.poolId, ...initiate }, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    const client = clientOf(pool, input.ClientId);
    return flowOf(adminFlows, input.AuthFlow, client)(context, pool, client, input.AuthParameters ?? nothing);
  }),

  RespondToAuthChallenge: writes(respond, (context, input) => {
    const { pool, client } = clientById(context, input.ClientId);
    return answerChallenge(context, pool, client, input);
  }),

  AdminRespondToAuthChallenge: writes({ UserPoolId: fields.poolId, ...respond }, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    return answerChallenge(context, pool, clientOf(pool, input.ClientId), input);
  }),

  GetTokensFromRefreshToken: writes(
    {
      RefreshToken: fields.token,
      ClientId: fields.clientId,
      ClientSecret: fields.clientSecret,
      ClientMetadata: ignored,
    },
    async (context, { RefreshToken, ClientId, ClientSecret }) => {
      const { pool, client } = clientById(context, ClientId);
      if (!mayRefresh(client)) throw invalidParameter('Auth flow not enabled for this client');
      if (!isSecretOf(client, ClientSecret)) throw notAuthorized('Invalid client secret.');
      const { session, user } = findSession(pool, client, RefreshToken);
      renewSession(context, client, user, session);
      return { AuthenticationResult: await signUserTokens(context, pool, client, user, session) };
    },
  ),
};

interface Answer {
  ChallengeName: string;
  ChallengeResponses?: Parameters;
  Session?: string;
}

/** NEW_PASSWORD_REQUIRED: the policy holds for the new password, and a refused one doesn't use up the session. */
async function answerChallenge(context: Context, pool: Pool, client: Client, answer: Answer): Promise<object> {
  if (answer.ChallengeName !== 'NEW_PASSWORD_REQUIRED') throw notSupportedHere(`Challenge ${answer.ChallengeName}`);
  const responses = answer.ChallengeResponses ?? nothing;
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
  const passwordHash = await context.passwords.hash(password);
  if (userBySub(pool, user.sub) !== user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  for (const [name, value] of attributes) user.attributes.set(name, value);
  user.passwordHash = passwordHash;
  delete user.temporaryUntil;
  user.modifiedAt = context.now();
  return { ChallengeParameters: {}, ...(await openSessionTokens(context, pool, client, user)) };
}

const PREFIX = 'userAttributes.';

function attributesIn(responses: Parameters): { Name: string; Value: string }[] {
  return [...responses]
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, Value]) => ({ Name: key.slice(PREFIX.length), Value }));
}
