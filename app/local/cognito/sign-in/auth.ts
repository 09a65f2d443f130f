import { clientById, clientOf, poolOf, type Context } from '../context.js';
import { invalidParameter, notAuthorized } from '../errors.js';
import * as fields from '../input/fields.js';
import { ignored, stringMap, text, type Parameters } from '../input/members.js';
import { required, type Input } from '../input/shape.js';
import { writes } from '../operation.js';
import type { Client, Pool } from '../state/state.js';
import { signInAfterSignUp } from './after-sign-up.js';
import { answerChallenge } from './answers.js';
import { adminFlows, appFlows, authFlow, flowOf, mayRefresh, type FlowTable } from './flows.js';
import { refreshTokens } from './refresh.js';
import { isSecretOf } from './secret-hash.js';

const metadata = {
  ClientMetadata: fields.clientMetadata,
  AnalyticsMetadata: ignored,
  UserContextData: ignored,
  ContextData: ignored,
};
const initiate = {
  ClientId: fields.clientId,
  AuthFlow: authFlow,
  AuthParameters: stringMap,
  Session: fields.session,
  ...metadata,
};
const respond = {
  ClientId: fields.clientId,
  ChallengeName: required(text({ max: 64 })),
  ChallengeResponses: stringMap,
  Session: fields.session,
  ...metadata,
};
const noParameters: Parameters = new Map();

/**
 * Throws InvalidParameterException where the operation or the client doesn't permit the flow. The ClientMetadata of a
 * sign-in is the validationData of its triggers: those of tokens, messages and challenges don't receive it.
 */
function initiateAuth(request: Context, pool: Pool, client: Client, flows: FlowTable, input: Input<typeof initiate>) {
  const context = { ...request, clientMetadata: undefined, validationData: request.clientMetadata };
  const flow = flowOf(flows, input.AuthFlow, client);
  const parameters = input.AuthParameters ?? noParameters;
  if (input.AuthFlow === 'USER_AUTH' && input.Session !== undefined)
    return signInAfterSignUp(context, pool, client, parameters, input.Session);
  return flow(context, pool, client, parameters);
}

/** Signing in; https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html */
export const authOperations = {
  InitiateAuth: writes(initiate, (context, input) => {
    const { pool, client } = clientById(context, input.ClientId);
    return initiateAuth(context, pool, client, appFlows, input);
  }),

  AdminInitiateAuth: writes({ UserPoolId: fields.poolId, ...initiate }, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    return initiateAuth(context, pool, clientOf(pool, input.ClientId), adminFlows, input);
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
      ClientMetadata: fields.clientMetadata,
    },
    async (context, { RefreshToken, ClientId, ClientSecret }) => {
      const { pool, client } = clientById(context, ClientId);
      if (!mayRefresh(client)) throw invalidParameter('Auth flow not enabled for this client');
      if (!isSecretOf(client, ClientSecret)) throw notAuthorized('Invalid client secret.');
      return { AuthenticationResult: await refreshTokens(context, pool, client, RefreshToken) };
    },
  ),
};
