import type { EventBridgeEvent } from 'aws-lambda';
import type { Logger } from 'pino';
import type { Pool } from '../auth/pool.js';
import type { Revocations } from '../revocation/revocations.js';

/** What is read of a call of Cognito's API that CloudTrail recorded: docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html */
export interface RecordedCall {
  readonly eventName: string;
  /** To the second, by the clock of AWS. */
  readonly eventTime: string;
  /** Absent for a call with the user's own token. */
  readonly requestParameters?: { readonly userPoolId?: string } | null;
  /** The user's `sub`: CloudTrail gets no user names. */
  readonly additionalEventData?: { readonly sub?: string } | null;
}

export interface RevocationEventsOptions {
  readonly pools: readonly Pick<Pool, 'name' | 'userPoolId'>[];
  readonly revocations: Pick<Revocations, 'revoke'>;
  readonly log: Logger;
}

/** Lambda ends the function after 10 s, and tries again twice where it throws. */
const TIME_LIMIT_MS = 8_000;

/**
 * A function for EventBridge: revokes the tokens of a user whose sign-ins Cognito ended, by any tool. An event
 * that arrives twice, or late, changes nothing. Throws `storeUnavailable`.
 */
export function createRevocationEvents({ pools, revocations, log }: RevocationEventsOptions) {
  return async ({ id, detail }: Pick<EventBridgeEvent<string, RecordedCall>, 'id' | 'detail'>): Promise<void> => {
    const { eventName, eventTime, requestParameters, additionalEventData } = detail;
    const subject = additionalEventData?.sub;
    const userPoolId = requestParameters?.userPoolId;
    // A subject is unique in all pools, so one that is revoked in another pool as well revokes nobody there.
    const concerned = pools.filter((pool) => userPoolId === undefined || pool.userPoolId === userPoolId);
    if (subject === undefined) log.warn({ id, eventName }, 'the event names no user: nothing is revoked');
    if (subject === undefined) return;
    const deadlineMs = Date.now() + TIME_LIMIT_MS;
    const revoke = ({ name: pool }: { name: string }) =>
      revocations.revoke({ pool, subject }, deadlineMs, Date.parse(eventTime));
    await Promise.all(concerned.map(revoke));
    log.info({ id, eventName, subject, pools: concerned.map(({ name }) => name) }, 'revoked');
  };
}
