import { CommanderError, type Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { EXIT, Failure, type Exit } from './failure.js';
import { createProgram } from './program.js';
import type { Runtime } from './runtime.js';
import { createTerminal, sayFailure } from './terminal/terminal.js';

/** Runs a command line (without node and script) and gives the exit code. Every error is answered here. */
export async function main(argv: readonly string[], runtime: Runtime): Promise<number> {
  let exit: Exit = 'ok';
  const program = createProgram({
    runtime,
    build: { version: manifest.version, dist: new URL('..', import.meta.url) },
    finish: (reached) => {
      exit = reached;
    },
  });
  prepare(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT[exit];
  } catch (error) {
    return answer(error, argv, runtime);
  }
}

/** Commander throws instead of exiting, and leaves errors to us; subcommands inherit nothing of that by themselves. */
function prepare(command: Command) {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => undefined });
  command.commands.forEach(prepare);
}

function answer(error: unknown, argv: readonly string[], runtime: Runtime): number {
  const has = (...flags: string[]) => argv.some((word) => flags.includes(word));
  const terminal = createTerminal(runtime, {
    json: has('--json'),
    verbose: has('-v', '--verbose'),
    color: !has('--no-color'),
    input: false,
  });
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
  // Help that nobody asked for, since a subcommand is missing: it is on stderr already.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
  const failure = error instanceof CommanderError ? misused(error) : asFailure(error);
  sayFailure(terminal, failure);
  if (failure.code === 'unexpected' && error instanceof Error) terminal.detail(error.stack ?? '');
  return EXIT[failure.exit];
}

function misused({ message }: CommanderError) {
  return new Failure('usage', 'usage', {
    message: message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '),
    hint: 'pizza --help',
  });
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new Failure('unexpected', 'unexpected', {
    message: `This should not have happened: ${name}: ${message}`,
    hint: 'Run the command again with -v, and report what it says.',
  });
}
