import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.js';
import { CognitoError } from '../errors.js';
import type { ImportJob } from '../state/administration.js';
import type { Pool } from '../state/state.js';
import { randomPassword, type HashedPassword } from '../users/passwords.js';
import { newUser } from '../users/user.js';
import { csvHeader, linesOf, valuesOf } from './csv.js';
import { readRow } from './row.js';

const ROWS_AT_ONCE = 20;
const MAX_MESSAGE_CHARS = 128;

/** Imports users in the background. A job that a stop of the emulator interrupts goes on at its next start. */
export class ImportRunner {
  readonly #save: () => Promise<void>;
  readonly #running = new Set<Promise<void>>();
  #closing = false;

  /** `save` resolves once the state is on disk. */
  constructor(save: () => Promise<void>) {
    this.#save = save;
  }

  start(context: Context, pool: Pool, job: ImportJob): void {
    const work = this.#run(context, pool, job)
      .catch(() => finish(context, job, 'Failed', 'The import failed unexpectedly.'))
      .then(() => this.#save())
      // The next write of the state saves what this one could not.
      .catch(() => undefined)
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  resume(context: Context): void {
    for (const pool of context.state.pools.values())
      for (const job of pool.importJobs?.values() ?? [])
        if (['Pending', 'InProgress', 'Stopping'].includes(job.status)) this.start(context, pool, job);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#running);
  }

  async #run(context: Context, pool: Pool, job: ImportJob): Promise<void> {
    const [head = '', ...rows] = linesOf(job.csv ?? '');
    const columns = valuesOf(head);
    if (!hasSameMembers(columns, csvHeader(pool)))
      return finish(context, job, 'Failed', 'The header of the file is not the one that GetCSVHeader returns.');
    const password = await context.passwords.hash(randomPassword(pool.passwordPolicy));
    if (job.status === 'Pending') job.status = 'InProgress';
    for (let index = job.imported + job.skipped + job.failed; index < rows.length; index += 1) {
      if (this.#closing) return undefined;
      if (isStopping(job)) return finish(context, job, 'Stopped', 'The Import Job was stopped by the developer.');
      importRow(context, pool, job, { line: index + 2, columns, values: valuesOf(rows[index] ?? ''), password });
      if (index % ROWS_AT_ONCE === 0) await setImmediate();
    }
    if (job.imported > 0 || rows.length === 0) return finish(context, job, 'Succeeded', job.message);
    const why = 'Too many users have failed or been skipped during the import.';
    return finish(context, job, 'Failed', `${why} ${job.message ?? ''}`.trim());
  }
}

const isStopping = ({ status }: ImportJob) => status === 'Stopping';

const hasSameMembers = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && b.every((member) => a.includes(member));

interface Row {
  line: number;
  columns: readonly string[];
  values: readonly string[];
  password: HashedPassword;
}

/** Users who exist are skipped. The first refusal becomes the job's message. */
function importRow(context: Context, pool: Pool, job: ImportJob, { line, columns, values, password }: Row): void {
  try {
    const { name, attributes } = readRow(pool, columns, values);
    const user = newUser(context, pool, { name, attributes, password }, 'User account already exists');
    user.status = 'RESET_REQUIRED';
    job.imported += 1;
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    if (error.type === 'UsernameExistsException') job.skipped += 1;
    else job.failed += 1;
    job.message ??= `Line ${line}: ${error.message.trim()}`;
  }
}

/** The file isn't needed any more. */
function finish(context: Context, job: ImportJob, status: ImportJob['status'], message: string | undefined): void {
  delete job.csv;
  Object.assign(job, { status, completedAt: context.now() });
  if (message !== undefined) job.message = message.slice(0, MAX_MESSAGE_CHARS);
}
