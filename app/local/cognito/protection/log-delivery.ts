import { poolOf } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { list, oneOf, structure, text } from '../input/members.js';
import { required, type Input } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import { checkTier, tierOf } from '../pools/tiers.js';
import type { Pool } from '../state/state.js';

const bucket = text({
  min: 3,
  max: 1024,
  pattern: /arn:[\w+=/,.@-]+:[\w+=/,.@-]+:::[\w+=/,.@-]+(?::[\w+=/,.@-]+)?(?::[\w+=/,.@-]+)?/,
});
const logShape = {
  LogLevel: required(oneOf('ERROR', 'INFO')),
  EventSource: required(oneOf('userNotification', 'userAuthEvents')),
  CloudWatchLogsConfiguration: structure({ LogGroupArn: fields.arn }),
  S3Configuration: structure({ BucketArn: bucket }),
  FirehoseConfiguration: structure({ StreamArn: fields.arn }),
};
type Log = Input<typeof logShape>;

/**
 * Where Cognito would send its logs. The emulator sends none.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/exporting-quotas-and-usage.html
 */
export const logDeliveryOperations = {
  GetLogDeliveryConfiguration: reads({ UserPoolId: fields.poolId }, (context, { UserPoolId }) => ({
    LogDeliveryConfiguration: describe(poolOf(context, UserPoolId)),
  })),

  /** The configurations are replaced as a whole. */
  SetLogDeliveryConfiguration: writes(
    { UserPoolId: fields.poolId, LogConfigurations: required(list(required(structure(logShape)), 2)) },
    (context, { UserPoolId, LogConfigurations }) => {
      const pool = poolOf(context, UserPoolId);
      const sources = LogConfigurations.map(({ EventSource }) => EventSource);
      if (new Set(sources).size < sources.length)
        throw invalidParameter('Each event source can be configured only once.');
      for (const log of LogConfigurations) checkLog(pool, log);
      pool.logDelivery = JSON.stringify(LogConfigurations);
      return { LogDeliveryConfiguration: describe(pool) };
    },
  ),
};

/**
 * Errors of messages go to CloudWatch Logs, sign-ins of pools in the PLUS tier to one destination. Throws
 * InvalidParameterException, FeatureUnavailableInTierException.
 */
function checkLog(pool: Pool, log: Log): void {
  const { EventSource, LogLevel, CloudWatchLogsConfiguration, S3Configuration, FirehoseConfiguration } = log;
  const destinations = [CloudWatchLogsConfiguration, S3Configuration, FirehoseConfiguration].filter(Boolean).length;
  if (destinations !== 1) throw invalidParameter(`The logs of ${EventSource} need one destination.`);
  const level = EventSource === 'userNotification' ? 'ERROR' : 'INFO';
  if (LogLevel !== level) throw invalidParameter(`The log level of ${EventSource} must be ${level}.`);
  if (EventSource === 'userAuthEvents') checkTier(tierOf(pool), ['PLUS'], 'Logging of userAuthEvents');
  else if (!CloudWatchLogsConfiguration)
    throw invalidParameter('The logs of userNotification can be sent to CloudWatch Logs only.');
}

function describe({ id, logDelivery = '[]' }: Pool) {
  const LogConfigurations: Log[] = JSON.parse(logDelivery);
  return { UserPoolId: id, LogConfigurations };
}
