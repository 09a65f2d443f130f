import { invalidParameter } from '../errors.js';
import { oneOf, takeParameter } from '../input/members.js';
import { required } from '../input/shape.js';
import type { Client } from '../state/state.js';
import { authenticate } from './authenticate.js';
import { customFlow } from './custom-auth/flow.js';
import { userAuthFlow } from './first-factor.js';
import type { Flow } from './flow.js';
import { continueSignIn } from './next-step.js';
import { checkSecretHash } from './secret-hash.js';
import { findSession, renewSession } from './sessions.js';
import { srpFlow } from './srp/flow.js';
import { signUserTokens } from './tokens.js';

/** USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the password is in the request. */
const passwordFlow: Flow = async (context, pool, client, parameters) => {
  const username = takeParameter(parameters, 'USERNAME');
  const password = takeParameter(parameters, 'PASSWORD');
  checkSecretHash(client, username, parameters.get('SECRET_HASH'));
  return continueSignIn(context, pool, client, await authenticate(context, pool, client, username, password));
};

/** REFRESH_TOKEN_AUTH: the secret hash is made with the internal user name, the access token's `username`. */
const refreshFlow: Flow = async (context, pool, client, parameters) => {
  const refreshToken = takeParameter(parameters, 'REFRESH_TOKEN');
  const hash = parameters.get('SECRET_HASH');
  if (client.secrets.length > 0 && hash === undefined) checkSecretHash(client, '', hash);
  const { session, user } = findSession(context, pool, client, refreshToken);
  checkSecretHash(client, user.username, hash);
  renewSession(context, client, user, session);
  return {
    ChallengeParameters: {},
    AuthenticationResult: await signUserTokens(context, pool, client, user, session, {
      source: 'TokenGeneration_RefreshTokens',
    }),
  };
};

/** A flow, the client settings that permit it, and AWS's message where none of them is set. */
interface FlowRule {
  run: Flow;
  allowedBy: readonly string[];
  refusal: string;
}

export type FlowTable = Readonly<Partial<Record<string, FlowRule>>>;

const REFUSAL = 'Auth flow not enabled for this client';

const refresh: FlowRule = {
  run: refreshFlow,
  allowedBy: ['ALLOW_REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH', 'CUSTOM_AUTH_FLOW_ONLY'],
  refusal: REFUSAL,
};
const adminPassword: FlowRule = {
  run: passwordFlow,
  allowedBy: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'],
  refusal: REFUSAL,
};
const userPassword: FlowRule = {
  run: passwordFlow,
  allowedBy: ['ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH'],
  refusal: 'USER_PASSWORD_AUTH flow not enabled for this client',
};
const srp: FlowRule = {
  run: srpFlow,
  // A client with the older names may use SRP without naming it.
  allowedBy: ['ALLOW_USER_SRP_AUTH', 'USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'],
  refusal: 'USER_SRP_AUTH is not enabled for the client.',
};

const choice: FlowRule = {
  run: userAuthFlow,
  allowedBy: ['ALLOW_USER_AUTH'],
  refusal: 'USER_AUTH flow not enabled for this client',
};

const custom: FlowRule = {
  run: customFlow,
  allowedBy: ['ALLOW_CUSTOM_AUTH', 'CUSTOM_AUTH_FLOW_ONLY'],
  refusal: 'CUSTOM_AUTH flow not enabled for this client',
};

/** The flows of InitiateAuth and of AdminInitiateAuth. */
export const appFlows: FlowTable = {
  USER_PASSWORD_AUTH: userPassword,
  USER_SRP_AUTH: srp,
  USER_AUTH: choice,
  CUSTOM_AUTH: custom,
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};
export const adminFlows: FlowTable = {
  ADMIN_USER_PASSWORD_AUTH: adminPassword,
  ADMIN_NO_SRP_AUTH: adminPassword,
  USER_SRP_AUTH: srp,
  USER_AUTH: choice,
  CUSTOM_AUTH: custom,
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};

export const authFlow = required(
  oneOf(
    'USER_PASSWORD_AUTH',
    'ADMIN_USER_PASSWORD_AUTH',
    'ADMIN_NO_SRP_AUTH',
    'REFRESH_TOKEN_AUTH',
    'REFRESH_TOKEN',
    'USER_SRP_AUTH',
    'USER_AUTH',
    'CUSTOM_AUTH',
  ),
);

/** The flow of that name. Throws InvalidParameterException where the operation or the client doesn't permit it. */
export function flowOf(table: FlowTable, name: string, client: Client): Flow {
  const rule = table[name];
  if (!rule) throw invalidParameter('Initiate Auth method not supported.');
  if (!rule.allowedBy.some((setting) => client.flows.includes(setting))) throw invalidParameter(rule.refusal);
  return rule.run;
}

/** Whether the client may refresh, by REFRESH_TOKEN_AUTH or, with rotation, by GetTokensFromRefreshToken alone. */
export const mayRefresh = (client: Client) =>
  client.rotation !== undefined || refresh.allowedBy.some((setting) => client.flows.includes(setting));
