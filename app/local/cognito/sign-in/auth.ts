import { clientById, clientOf, poolOf } from '../context.js';
import { invalidParameter, notAuthorized } from '../errors.js';
import * as fields from '../input/fields.js';
import { ignored, stringMap, text, type Parameters } from '../input/members.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';
import { answerChallenge } from './answers.js';
import { adminFlows, appFlows, authFlow, flowOf, mayRefresh } from './flows.js';
import { refreshTokens } from './refresh.js';
import { isSecretOf } from './secret-hash.js';

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
const noParameters: Parameters = new Map();

/** Signing in; https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html */
export const authOperations = {
  InitiateAuth: writes(initiate, (context, input) => {
    const { pool, client } = clientById(context, input.ClientId);
    return flowOf(appFlows, input.AuthFlow, client)(context, pool, client, input.AuthParameters ?? noParameters);
  }),

  AdminInitiateAuth: writes({ UserPoolId: fields.poolId, ...initiate }, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    const client = clientOf(pool, input.ClientId);
    return flowOf(adminFlows, input.AuthFlow, client)(context, pool, client, input.AuthParameters ?? noParameters);
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
      return { AuthenticationResult: await refreshTokens(context, pool, client, RefreshToken) };
    },
  ),
};
