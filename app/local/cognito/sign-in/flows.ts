import type { Context } from '../context.js';
import { CognitoError, invalidParameter, notAuthorized, notSupportedHere } from '../errors.js';
import { oneOf, takeParameter, type Parameters } from '../input/members.js';
import { required } from '../input/shape.js';
import type { Attempts, Client, Pool } from '../state/state.js';
import { findUser, userKey } from '../users/directory.js';
import { afterFailure, checkLock } from '../users/lockout.js';
import { openChallenge } from './challenges.js';
import { checkSecretHash } from './secret-hash.js';
import { findSession, renewSession } from './sessions.js';
import { newVerifier } from './srp/verifier.js';
import { openSessionTokens, signUserTokens } from './tokens.js';

/** A sign-in flow: from authentication parameters to tokens or a challenge. */
type Flow = (context: Context, pool: Pool, client: Client, parameters: Parameters) => Promise<object>;

/** USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the password is in the request. */
const passwordFlow: Flow = async (context, pool, client, parameters) => {
  const username = takeParameter(parameters, 'USERNAME');
  const password = takeParameter(parameters, 'PASSWORD');
  checkSecretHash(client, username, parameters.get('SECRET_HASH'));
  const user = await authenticate(context, pool, client, username, password);
  if (user.temporaryUntil === undefined)
    return { ChallengeParameters: {}, ...(await openSessionTokens(context, pool, client, user)) };
  if (context.now() >= user.temporaryUntil)
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: openChallenge(context, pool, client, user),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: '[]',
      userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
    },
  };
};

/** REFRESH_TOKEN_AUTH: the secret hash is made with the internal user name, the access token's `username`. */
const refreshFlow: Flow = async (context, pool, client, parameters) => {
  const refreshToken = takeParameter(parameters, 'REFRESH_TOKEN');
  const hash = parameters.get('SECRET_HASH');
  if (client.secrets.length > 0 && hash === undefined) checkSecretHash(client, '', hash);
  const { session, user } = findSession(pool, client, refreshToken);
  checkSecretHash(client, user.username, hash);
  renewSession(context, client, user, session);
  return { ChallengeParameters: {}, AuthenticationResult: await signUserTokens(context, pool, client, user, session) };
};

/** A flow, the client settings that permit it, and AWS's message where none of them is set. */
interface FlowRule {
  run: Flow;
  allowedBy: readonly string[];
  refusal: string;
}

type FlowTable = Readonly<Partial<Record<string, FlowRule>>>;

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

/** The flows of InitiateAuth and of AdminInitiateAuth. */
export const appFlows: FlowTable = {
  USER_PASSWORD_AUTH: userPassword,
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};
export const adminFlows: FlowTable = {
  ADMIN_USER_PASSWORD_AUTH: adminPassword,
  ADMIN_NO_SRP_AUTH: adminPassword,
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};

const NOT_SUPPORTED = ['USER_SRP_AUTH', 'CUSTOM_AUTH', 'USER_AUTH'] as const;

export const authFlow = required(
  oneOf(
    'USER_PASSWORD_AUTH',
    'ADMIN_USER_PASSWORD_AUTH',
    'ADMIN_NO_SRP_AUTH',
    'REFRESH_TOKEN_AUTH',
    'REFRESH_TOKEN',
    ...NOT_SUPPORTED,
  ),
);

/** The flow of that name. Throws InvalidParameterException where the operation or the client doesn't permit it. */
export function flowOf(table: FlowTable, name: string, client: Client): Flow {
  if (NOT_SUPPORTED.some((flow) => flow === name)) throw notSupportedHere(`AuthFlow ${name}`);
  const rule = table[name];
  if (!rule) throw invalidParameter('Initiate Auth method not supported.');
  if (!rule.allowedBy.some((setting) => client.flows.includes(setting))) throw invalidParameter(rule.refusal);
  return rule.run;
}

/** Whether the client may refresh. */
export const mayRefresh = (client: Client) => refresh.allowedBy.some((setting) => client.flows.includes(setting));

/** The user with that name and password. Takes as long, with the same message, when no such user exists. */
async function authenticate(context: Context, pool: Pool, client: Client, username: string, password: string) {
  const user = findUser(pool, username);
  const account = user ?? unknownNameOf(context, pool, username);
  account.attempts = checkLock(account.attempts, context.now());
  const matches = await (user
    ? context.passwords.matches(password, user.passwordHash)
    : context.passwords.matchNothing(password));
  // Checked again: concurrent attempts may have locked the account meanwhile.
  const attempts = checkLock(account.attempts, context.now());
  if (!user || !matches) {
    account.attempts = afterFailure(attempts, context.now());
    throw user || client.hideUserExistence
      ? notAuthorized('Incorrect username or password.')
      : new CognitoError('UserNotFoundException', 'User does not exist.');
  }
  if (!user.enabled) throw notAuthorized('User is disabled.');
  delete user.attempts;
  user.srp ??= newVerifier(pool, user, password);
  return user;
}

function unknownNameOf(context: Context, pool: Pool, username: string): { attempts?: Attempts } {
  const key = `${pool.id}/${userKey(pool, username)}`;
  const entry = context.unknownNames.get(key) ?? {};
  context.unknownNames.set(key, entry);
  return entry;
}
