import { setTimeout as pause } from 'node:timers/promises';
import { clientOptions, instrument } from '../aws/clients.js';
import { Failure } from '../failure.js';
import { printableLine } from '../terminal/printable.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Deployment } from './deployment.js';

const POLL_MS = 2_000;
/** DescribeAlarms takes that many names. */
const MAX_NAMES = 100;

/** Why each alarm that fires does, by its name. */
type Firing = ReadonlyMap<string, string>;

/** Watches alarms of CloudWatch. */
export interface AlarmWatch {
  /** Resolves after that time, or throws `alarm_fired` as soon as an alarm fires that did not when the watch was made. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Alarms that fired when the watch was made: they say nothing of what comes. */
  readonly ignored: readonly string[];
}

export async function watchAlarms({ alarmNames, profile }: Deployment, terminal: Terminal): Promise<AlarmWatch> {
  const sdk = await import('@aws-sdk/client-cloudwatch');
  const client = new sdk.CloudWatchClient(clientOptions(profile.region));
  instrument(client, { service: 'CloudWatch', terminal, signsAsOperator: true });

  async function firing(): Promise<Firing> {
    const found = new Map<string, string>();
    for (let start = 0; start < alarmNames.length; start += MAX_NAMES) {
      const AlarmNames = alarmNames.slice(start, start + MAX_NAMES);
      const { MetricAlarms = [] } = await client.send(
        new sdk.DescribeAlarmsCommand({ AlarmNames, MaxRecords: MAX_NAMES }),
      );
      for (const { AlarmName = '', StateValue, StateReason = '' } of MetricAlarms) {
        if (StateValue === 'ALARM') found.set(AlarmName, printableLine(StateReason));
      }
    }
    return found;
  }

  const ignored = [...(await firing()).keys()];
  return {
    ignored,
    async wait(milliseconds, signal) {
      const end = performance.now() + milliseconds;
      for (;;) {
        signal.throwIfAborted();
        const fired = [...(await firing())].find(([name]) => !ignored.includes(name));
        if (fired) throw alarmFired(...fired);
        const left = end - performance.now();
        if (left <= 0) return;
        await pause(Math.min(POLL_MS, left), undefined, { signal });
      }
    },
  };
}

function alarmFired(name: string, reason: string) {
  return new Failure('unexpected', 'alarm_fired', {
    message: `The alarm ${name} fired: ${reason}`,
    hint: `Find out why: aws cloudwatch describe-alarms --alarm-names ${name}`,
  });
}
