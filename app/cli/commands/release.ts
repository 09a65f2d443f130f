import { releaseLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { checkVersion } from '../release/check.js';
import { readDeployment } from '../release/deployment.js';
import { deleteOldVersions, listVersions, openFunction, readAlias, type LiveAlias } from '../release/live-alias.js';
import { shiftCalls } from '../release/shift.js';

export interface ReleaseOptions {
  atOnce?: boolean;
}

/**
 * Checks the newest version by its number, then shifts the calls to it. Where the check fails, none are shifted; where the
 * shift fails, they go back. Throws `check_failed`, `alarm_fired`, `interrupted`.
 */
export async function release(context: CommandContext, { atOnce = false }: ReleaseOptions): Promise<void> {
  const { runtime, terminal } = context;
  const deployment = await readDeployment(runtime, 'release');
  const lambda = await openFunction(deployment, terminal);
  const alias = await readAlias(lambda);
  const [version = alias.version] = await listVersions(lambda);
  const isLive = version === alias.version;
  const ending = new AbortController();
  const end = () => ending.abort(interrupted());
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
  try {
    const current = isLive ? 'it is live already' : `version ${alias.version} is live`;
    terminal.say(`Check:  version ${version} of ${lambda.name}, by its number; ${current}.`);
    const step = { terminal, deployment, lambda, version, signal: ending.signal };
    await checkVersion(context, step);
    const live = isLive ? alias : await shiftCalls(step, alias, { atOnce });
    const [previous] = live.before;
    if (terminal.asJson) terminal.json({ function: lambda.name, version, before: live.before });
    const back = previous === undefined ? '' : `\nBack to version ${previous}:  make rollback`;
    terminal.say(`Version ${version} is live.${back}`);
    const deleted = await deleteOldVersions(lambda, live);
    if (deleted.length > 0) terminal.say(`Deleted old versions: ${deleted.join(', ')}.`);
  } catch (error) {
    throw isLive ? liveAlready(error, alias) : error;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end).off('SIGHUP', end);
  }
}

function interrupted() {
  const message = 'The release was interrupted.';
  return new Failure('interrupted', 'interrupted', { message, hint: `Run it again: ${releaseLine('release')}` });
}

/** A check that failed after the version became live, as the first one of a deployment does. */
function liveAlready(error: unknown, { before: [previous] }: LiveAlias): unknown {
  if (!(error instanceof Failure) || error.code !== 'check_failed') return error;
  return new Failure(error.exit, error.code, {
    message: error.message.replace(', and gets no traffic', ', and is live'),
    hint:
      previous === undefined
        ? 'No version was live before it: stop the API (infra/RUNBOOK.md), fix the code, and deploy.'
        : `Back to version ${previous}: make rollback`,
    cause: error,
  });
}
