import { Command } from 'commander';
import { product } from '../api/product.js';
import { commandLine } from './command-line.js';
import { createContext, type CreateAction } from './context.js';
import type { Exit } from './failure.js';
import { addMfaSubcommands } from './mfa-subcommands.js';
import { addReleaseSubcommands } from './release-subcommands.js';
import type { Runtime } from './runtime.js';
import { defaultPool, LOCAL } from './state/profiles.js';
import { addSubcommands } from './subcommands.js';
import { addUserSubcommands } from './user-subcommands.js';
import type { GlobalFlags } from './terminal/terminal.js';

const EXAMPLES = `
Examples, in the project's directory:
  ${commandLine('login', 'USER')}
  curl -H "Authorization: Bearer $(${commandLine('token')})" http://127.0.0.1:3000/
  ${commandLine('call', 'GET', '/me', '--pool', 'NAME')}

Exit codes:
  0 ok, 1 unexpected error, 2 wrong usage, 3 sign in first, 4 credentials refused, 5 input needed, 6 unreachable, 130 interrupted`;

interface ProgramOptions {
  runtime: Runtime;
  build: { version: string; dist: URL };
  /** Receives how the subcommand ended. */
  onFinish: (exit: Exit) => void;
}

/** All commands and flags. */
export function createProgram({ runtime, build, onFinish }: ProgramOptions): Command {
  const program = new Command(commandLine())
    .description(`Sign in to ${product.name}, call it, and manage its users, secrets and deployment.`)
    .version(build.version, '--version', 'print the version')
    .option('--pool <name>', `user pool (default: ${defaultPool()})`)
    .option('--profile <name>', 'profile', LOCAL)
    .option('--json', 'print results and errors as JSON')
    .option('--no-input', 'never prompt')
    .option('-q, --quiet', 'print nothing but results and errors')
    .option('-v, --verbose', 'print each step; never a secret')
    .option('--no-color', 'print no colours')
    .helpOption('-h, --help', 'print help, also of a subcommand')
    .addHelpText('after', EXAMPLES);

  const createAction: CreateAction =
    (subcommand) =>
    async (...args) => {
      const command = args.pop() as Command;
      const context = createContext(runtime, build.dist, command.optsWithGlobals<GlobalFlags>());
      onFinish((await subcommand(context, ...(args as never[]))) ?? 'ok');
    };
  addSubcommands(program, createAction);
  addReleaseSubcommands(program, createAction);
  addMfaSubcommands(program.command('mfa').description('manage your second factor for signing in'), createAction);
  addUserSubcommands(program.command('user').description("list and manage a pool's users"), createAction);
  return program;
}
