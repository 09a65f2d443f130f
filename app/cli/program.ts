import { Command } from 'commander';
import { createParts, type Run } from './command.js';
import type { Exit } from './failure.js';
import { LOCAL } from './state/profiles.js';
import type { Runtime } from './runtime.js';
import { addSubcommands } from './subcommands.js';
import type { GlobalFlags } from './terminal/terminal.js';

const EXAMPLES = `
Examples:
  pizza login regular
  curl -H "Authorization: Bearer $(pizza token)" http://127.0.0.1:3000/
  pizza call POST /pizzas --data @pizza.json --pool staff

Exit codes:
  0 ok, 1 unexpected, 2 usage, 3 sign in first, 4 credentials refused, 5 needs input, 6 can't be reached, 130 interrupted`;

interface ProgramParts {
  runtime: Runtime;
  build: { version: string; dist: URL };
  finish: (exit: Exit) => void;
}

/** The commands and flags; `finish` hears how the subcommand ended. */
export function createProgram({ runtime, build, finish }: ProgramParts): Command {
  const program = new Command('pizza')
    .description('Sign in to pizza-api, call it, and look after its people, secrets and deployment.')
    .version(build.version, '--version', 'print the version')
    .option('--pool <name>', 'pool (default: customers)')
    .option('--profile <name>', 'profile', LOCAL)
    .option('--json', 'answer as JSON, errors too')
    .option('--no-input', 'never ask')
    .option('-q, --quiet', 'say nothing but errors')
    .option('-v, --verbose', 'say what is done; never a secret')
    .option('--no-color', 'no colours')
    .helpOption('-h, --help', 'print help, of a subcommand too')
    .addHelpText('after', EXAMPLES);

  const run: Run =
    (subcommand) =>
    async (...args) => {
      const command = args.pop() as Command;
      const parts = createParts(runtime, build.dist, command.optsWithGlobals<GlobalFlags>());
      finish((await subcommand(parts, ...(args as never[]))) ?? 'ok');
    };
  addSubcommands(program, run);
  return program;
}
