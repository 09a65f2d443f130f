import type { Exit } from './failure.js';
import { Prompt } from './terminal/prompt.js';
import { DEFAULT_POOL, findTarget, type Target } from './state/profiles.js';
import type { Runtime } from './runtime.js';
import { createTerminal, type GlobalFlags, type Terminal } from './terminal/terminal.js';

/** What a subcommand works with. */
export interface Parts {
  readonly runtime: Runtime;
  readonly flags: GlobalFlags;
  readonly terminal: Terminal;
  readonly prompt: Prompt;
  /** The directory of what the build wrote, such as `gateway.json`. */
  readonly dist: URL;
  /** The profile and pool that the flags name, read when asked for. Throws as `findTarget` does. */
  readonly target: () => Target;
}

/** Makes a commander action of a subcommand: it gets its parts, its arguments and its options, and may give an exit. */
export type Run = (
  subcommand: (parts: Parts, ...args: never[]) => Promise<Exit | void>,
) => (...args: unknown[]) => Promise<void>;

export function createParts(runtime: Runtime, dist: URL, flags: GlobalFlags): Parts {
  const terminal = createTerminal(runtime, flags);
  return {
    runtime,
    flags,
    terminal,
    prompt: new Prompt(runtime, terminal),
    dist,
    target: () => findTarget(flags.profile, flags.pool ?? DEFAULT_POOL, runtime),
  };
}
