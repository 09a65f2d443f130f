import type { Context } from './context.js';
import type { Operation } from './operation.js';
import type { StateFile } from './state/state-file.js';

/** Runs an operation; what it changed, and what it saw, is on disk once this returns or throws. */
export type Run = <Result extends object>(operation: Operation<Result>, input: unknown) => Promise<Result>;

/** The user pools API over one state. */
export function createService(context: Context, file: StateFile): Run {
  return async (operation, input) => {
    try {
      return await operation.call(context, input);
    } finally {
      await (operation.writes ? file.save() : file.settled());
    }
  };
}
