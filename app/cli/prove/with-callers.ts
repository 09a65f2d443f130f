import type { Cognito } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { isLoopback } from '../state/hosts.js';
import { makeCallers, type MadeCallers } from './callers.js';
import { clearAbandoned, poolsToClear } from './clearing.js';
import { findAbandoned, startJournal, type Journal } from './journal.js';
import type { Sender } from './matrix.js';
import type { ProvedRoute } from './plan.js';
import { pace, removeTemporary, Temporary } from './temporary.js';

export interface CallersOptions {
  readonly context: CommandContext;
  readonly cognito: Cognito;
  readonly routes: readonly ProvedRoute[];
  /** Removes objects that an earlier run left. */
  readonly send: Sender['send'];
  /** The line that repeats the run, for a hint. */
  readonly again: string;
}

/** The callers of a run, and what the run is told and tells. */
export interface Run extends MadeCallers {
  readonly journal: Journal;
  /** Aborted by Ctrl-C, with the reason. */
  readonly signal: AbortSignal;
  /** Called before the callers are removed, also after a failure; if it throws, the next run removes all. */
  beforeRemoval(remove: () => Promise<void>): void;
}

/**
 * Makes every kind of caller for the work and removes them after it, also when it fails or is interrupted; what a killed
 * run left is removed first. Throws `interrupted`, and Failures of Cognito's.
 */
export async function withCallers<T>(options: CallersOptions, work: (run: Run) => Promise<T>): Promise<T> {
  const { context, cognito, routes, send, again } = options;
  const { runtime, terminal } = context;
  const { profile } = context.profile();
  const ending = new AbortController();
  const { signal } = ending;
  const end = () => ending.abort(interrupted(again));
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
  try {
    if (!isLoopback(new URL(profile.cognitoEndpoint).hostname)) pace(cognito);
    // Nothing is made for an API that is unreachable.
    await send({ method: 'GET', path: '/', headers: {} });
    const abandoned = findAbandoned(profile, runtime, runtime.now());
    const clearing = clearAbandoned(context, cognito, abandoned, { routes, send });
    await terminal.wait('Removing what earlier runs left', clearing);
    const journal = startJournal(profile, runtime, runtime.now());
    let beforeRemoval = () => Promise.resolve();
    const remove = async () => {
      await beforeRemoval();
      await removeTemporary(cognito, poolsToClear(context), { has: (runId) => runId === journal.runId });
      journal.end();
    };
    try {
      const temporary = new Temporary(cognito, journal.runId);
      const making = makeCallers({ context, cognito, temporary, routes, signal });
      const made = await terminal.wait('Making callers', making);
      return await work({
        ...made,
        journal,
        signal,
        beforeRemoval(given) {
          beforeRemoval = given;
        },
      });
    } finally {
      await terminal.wait('Removing what was made', remove());
    }
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end).off('SIGHUP', end);
  }
}

function interrupted(again: string) {
  const message = 'It was interrupted; what was made for it is removed.';
  return new Failure('interrupted', 'interrupted', { message, hint: `Run it again: ${again}` });
}
