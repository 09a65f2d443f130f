import { clientOf, poolOf } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import type { Input } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import type { Pool } from '../state/state.js';
import { riskShape } from './risk-shape.js';
import { checkThreatProtection } from './threat-protection.js';

const ALL = 'ALL';
const ofClient = { UserPoolId: fields.poolId, ClientId: fields.optionalClientId };

type RiskConfiguration = Input<typeof riskShape>;

/**
 * What threat protection would do about risks, of a pool or of one of its clients. The emulator rates no request.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html
 */
export const riskOperations = {
  /** Without a configuration, the pool's returns to its defaults, and the client's to the pool's. */
  SetRiskConfiguration: writes({ ...ofClient, ...riskShape }, (context, { UserPoolId, ClientId, ...configuration }) => {
    const pool = poolOf(context, UserPoolId);
    const key = ClientId === undefined ? ALL : clientOf(pool, ClientId).id;
    checkThreatProtection(pool);
    checkNotifications(configuration);
    pool.riskConfigurations ??= new Map();
    if (Object.keys(configuration).length === 0) pool.riskConfigurations.delete(key);
    else pool.riskConfigurations.set(key, { configuration: JSON.stringify(configuration), modifiedAt: context.now() });
    return { RiskConfiguration: describe(pool, ClientId) };
  }),

  DescribeRiskConfiguration: reads(ofClient, (context, { UserPoolId, ClientId }) => {
    const pool = poolOf(context, UserPoolId);
    if (ClientId !== undefined) clientOf(pool, ClientId);
    checkThreatProtection(pool);
    return { RiskConfiguration: describe(pool, ClientId) };
  }),
};

/** Throws InvalidParameterException where users shall be notified and nothing says how. */
function checkNotifications({ AccountTakeoverRiskConfiguration: takeover }: RiskConfiguration): void {
  const notifies = Object.values(takeover?.Actions ?? {}).some((action) => action?.Notify);
  if (notifies && !takeover?.NotifyConfiguration)
    throw invalidParameter('NotifyConfiguration is required where an action notifies users.');
}

function describe(pool: Pool, clientId: string | undefined) {
  const own = pool.riskConfigurations?.get(clientId ?? ALL);
  const { configuration = '{}', modifiedAt } = own ?? pool.riskConfigurations?.get(ALL) ?? {};
  const settings: RiskConfiguration = JSON.parse(configuration);
  return {
    UserPoolId: pool.id,
    ...(own && clientId !== undefined && { ClientId: clientId }),
    ...settings,
    ...(modifiedAt !== undefined && { LastModifiedDate: fields.date(modifiedAt) }),
  };
}
