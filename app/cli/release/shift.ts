import type { LambdaFunction } from '../aws/lambda.js';
import { releaseLine } from '../command-line.js';
import { Failure } from '../failure.js';
import { describeDuration } from '../terminal/duration.js';
import type { Terminal } from '../terminal/terminal.js';
import { watchAlarms, type AlarmWatch } from './alarms.js';
import type { Deployment } from './deployment.js';
import { moveAlias, type LiveAlias } from './live-alias.js';

interface Shift {
  readonly terminal: Terminal;
  readonly deployment: Deployment;
  readonly lambda: LambdaFunction;
  /** The version that gets the calls. */
  readonly version: string;
  /** Its reason is the Failure to end with. */
  readonly signal: AbortSignal;
}

/**
 * Gives the version a part of the calls while alarms are watched, then all, or with `atOnce` all of them. Throws
 * `alarm_fired`, the signal's reason or what went wrong, once all calls are back at the version that had them.
 */
export async function shiftCalls(shift: Shift, alias: LiveAlias, { atOnce }: { atOnce: boolean }): Promise<LiveAlias> {
  const { terminal, lambda, version, deployment, signal } = shift;
  signal.throwIfAborted();
  const watch = atOnce ? undefined : await openWatch(shift);
  const { weight } = deployment;
  const partly = watch && (await moveAlias(lambda, alias, { ...alias, partly: { version, weight } }));
  try {
    if (watch) await watchPart(shift, watch);
    terminal.say(`Shift:  all calls to version ${version}.`);
    return await moveAlias(lambda, partly ?? alias, { version, before: [alias.version, ...alias.before] });
  } catch (error) {
    if (!partly) throw error;
    throw await takeBack(shift, { from: partly, to: alias, reason: signal.aborted ? signal.reason : error });
  }
}

/** Undefined where there is nothing to watch. */
async function openWatch({ terminal, deployment }: Shift): Promise<AlarmWatch | undefined> {
  if (deployment.alarmNames.length === 0) {
    terminal.say('Watch:  skipped, since there are no alarms (`monitoring` in tfvars makes them).');
    return undefined;
  }
  const watch = await watchAlarms(deployment, terminal);
  const ignored = watch.ignored.join(', ');
  if (ignored !== '') terminal.say(`Watch:  these alarms fire already, and are left out: ${ignored}.`);
  return watch;
}

async function watchPart({ terminal, version, deployment, signal }: Shift, watch: AlarmWatch): Promise<void> {
  const { weight, watchSeconds, alarmNames } = deployment;
  const end = performance.now() + watchSeconds * 1000;
  const left = () => describeDuration(Math.max(0, end - performance.now()));
  const alarms = `${alarmNames.length} alarms are watched for`;
  terminal.say(`Shift:  ${Math.round(weight * 100)} % of the calls to version ${version}; ${alarms} ${left()}.`);
  await terminal.wait(
    () => `Watching ${alarmNames.length} alarms: ${left()} left`,
    watch.wait(watchSeconds * 1000, signal),
  );
}

/** Gives all calls back to the version that was live. Resolves to the failure that says so. */
async function takeBack(
  { lambda, version }: Shift,
  { from, to, reason }: { from: LiveAlias; to: LiveAlias; reason: unknown },
): Promise<Failure> {
  const failure = reason instanceof Failure ? reason : unexpected(reason);
  const { message, hint, exit, code } = failure;
  if (code === 'alias_changed') return failure;
  try {
    await moveAlias(lambda, from, { version: to.version, before: to.before });
  } catch (error) {
    return new Failure('unexpected', 'not_taken_back', {
      message: `${message} Version ${version} still gets a part of the calls: ${(error as Error).message}`,
      hint: 'Take it back: make rollback',
      cause: reason,
    });
  }
  return new Failure(exit, code, {
    message: `${message} All calls are back at version ${to.version}.`,
    hint,
    cause: reason,
  });
}

function unexpected(error: unknown) {
  const message = `The release went wrong: ${(error as Error).message}.`;
  return new Failure('unexpected', 'unexpected', { message, hint: `Run it again: ${releaseLine('release')}` });
}
