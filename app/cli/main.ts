import { CommanderError, type Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { commandLine } from './command-line.js';
import { EXIT, Failure, usageError, type Exit } from './failure.js';
import { createProgram } from './program.js';
import type { Runtime } from './runtime.js';
import { STDERR, writeData } from './terminal/output.js';
import { createTerminal, printFailure } from './terminal/terminal.js';

/** Runs a command line (without node and script) and returns the exit code. Every error is printed here. */
export async function main(argv: readonly string[], runtime: Runtime): Promise<number> {
  let exit: Exit = 'ok';
  const program = createProgram({
    runtime,
    build: { version: manifest.version, dist: new URL('..', import.meta.url) },
    onFinish: (reached) => {
      exit = reached;
    },
  });
  configure(program, runtime);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT[exit];
  } catch (error) {
    return handleError(error, argv, runtime);
  }
}

/** Makes commander throw instead of exiting and leave errors to us; subcommands don't inherit that. */
function configure(command: Command, runtime: Runtime) {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (help) => void writeData(help, runtime),
      writeErr: (help) => void runtime.write(STDERR, Buffer.from(help)),
      outputError: () => undefined,
    });
  for (const subcommand of command.commands) configure(subcommand, runtime);
}

function handleError(error: unknown, argv: readonly string[], runtime: Runtime): number {
  const has = (...flags: string[]) => argv.some((word) => flags.includes(word));
  const terminal = createTerminal(runtime, {
    json: has('--json'),
    verbose: has('-v', '--verbose'),
    color: !has('--no-color'),
    input: false,
  });
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
  // A subcommand is missing, and commander has printed the help on stderr.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
  const failure = error instanceof CommanderError ? commanderFailure(error) : asFailure(error);
  printFailure(terminal, failure);
  if (failure.code === 'unexpected' && error instanceof Error) terminal.detail(error.stack ?? '');
  return EXIT[failure.exit];
}

function commanderFailure({ message }: CommanderError): Failure {
  return usageError(message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '), commandLine('--help'));
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new Failure('unexpected', 'unexpected', {
    message: `Unexpected error: ${name}: ${message}`,
    hint: 'Run the command again with -v, and report the output.',
  });
}
