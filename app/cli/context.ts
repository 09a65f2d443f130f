import { defaultPool, findTarget, loadProfile, type Target } from './state/profiles.js';
import type { Exit } from './failure.js';
import type { Runtime } from './runtime.js';
import { Prompt } from './terminal/prompt.js';
import { createTerminal, type GlobalFlags, type Terminal } from './terminal/terminal.js';

/** Everything that a subcommand works with. */
export interface CommandContext {
  readonly runtime: Runtime;
  readonly flags: GlobalFlags;
  readonly terminal: Terminal;
  readonly prompt: Prompt;
  /** The directory of the build's documents, such as `gateway.json`. */
  readonly dist: URL;
  /** The profile that the flags name, read when called. Throws as `loadProfile` does. */
  readonly profile: () => Pick<Target, 'profileName' | 'profile'>;
  /** A pool of that profile, the one that the flags name unless given. Throws as `findTarget` does. */
  readonly target: (poolName?: string) => Target;
}

/** Makes a commander action of a subcommand, which gets a context, its arguments and its options. */
export type CreateAction = (
  subcommand: (context: CommandContext, ...args: never[]) => Promise<Exit | void>,
) => (...args: unknown[]) => Promise<void>;

export function createContext(runtime: Runtime, dist: URL, flags: GlobalFlags): CommandContext {
  const terminal = createTerminal(runtime, flags);
  return {
    runtime,
    flags,
    terminal,
    prompt: new Prompt(runtime, terminal),
    dist,
    profile: () => ({ profileName: flags.profile, profile: loadProfile(flags.profile, runtime) }),
    target: (poolName = flags.pool ?? defaultPool()) => findTarget(flags.profile, poolName, runtime),
  };
}
