import { clientOf, poolOf } from '../context.js';
import * as fields from '../input/fields.js';
import { integer, oneOf, structure } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import { checkTier, tierOf } from '../pools/tiers.js';
import type { Pool } from '../state/state.js';
import { checkTracking } from './tracking.js';

const ofClient = { UserPoolId: fields.poolId, ClientId: fields.clientId };
const DEFAULT_MAX_PER_USER = 20;
const DEFAULT_SSO_MINUTES = 60;
const NINETY_DAYS_IN_MINUTES = 129_600;

/**
 * Whether a pool tracks its users' sessions, and how many a user may have.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolSessionConfiguration.html
 */
export const sessionConfigurationOperations = {
  GetUserPoolSessionConfiguration: reads({ UserPoolId: fields.poolId }, (context, { UserPoolId }) =>
    describe(poolOf(context, UserPoolId)),
  ),

  SetUserPoolSessionConfiguration: writes(
    {
      UserPoolId: fields.poolId,
      UserSessionTracking: required(oneOf('ENABLED', 'DISABLED')),
      TokenSession: required(structure({ MaxPerUser: required(integer(1, 100)) })),
    },
    (context, { UserPoolId, UserSessionTracking, TokenSession }) => {
      const pool = poolOf(context, UserPoolId);
      checkTier(tierOf(pool), ['ESSENTIALS', 'PLUS'], 'Session tracking');
      pool.sessionTracking = { enabled: UserSessionTracking === 'ENABLED', maxPerUser: TokenSession.MaxPerUser };
      return describe(pool);
    },
  ),

  GetUserPoolClientSessionConfiguration: reads(ofClient, (context, { UserPoolId, ClientId }) => {
    const pool = poolOf(context, UserPoolId);
    return describeClient(pool, clientOf(pool, ClientId).id);
  }),

  SetUserPoolClientSessionConfiguration: writes(
    {
      ...ofClient,
      SSOSession: required(structure({ MaxValidityMinutes: required(integer(0, NINETY_DAYS_IN_MINUTES)) })),
    },
    (context, { UserPoolId, ClientId, SSOSession }) => {
      const pool = poolOf(context, UserPoolId);
      const { id } = clientOf(pool, ClientId);
      checkTier(tierOf(pool), ['ESSENTIALS', 'PLUS'], 'Session tracking');
      checkTracking(pool);
      (pool.ssoMinutes ??= new Map<string, number>()).set(id, SSOSession.MaxValidityMinutes);
      return describeClient(pool, id);
    },
  ),
};

const describe = ({ id, sessionTracking }: Pool) => ({
  UserPoolId: id,
  UserSessionTracking: sessionTracking?.enabled === true ? 'ENABLED' : 'DISABLED',
  TokenSession: { MaxPerUser: sessionTracking?.maxPerUser ?? DEFAULT_MAX_PER_USER },
});

const describeClient = ({ id, ssoMinutes }: Pool, clientId: string) => ({
  UserPoolId: id,
  ClientId: clientId,
  SSOSession: { MaxValidityMinutes: ssoMinutes?.get(clientId) ?? DEFAULT_SSO_MINUTES },
});
