import type { Command } from 'commander';
import { importLine } from './command-line.js';
import type { CommandContext, CreateAction } from './context.js';
import type { CallOptions } from './commands/call.js';
import type { DoctorOptions } from './commands/doctor.js';
import type { LoginOptions } from './commands/login.js';
import type { LogoutOptions } from './commands/logout.js';
import type { OutboxOptions } from './commands/outbox.js';
import type { AddProfileOptions } from './commands/profile.js';
import type { ProveOptions } from './commands/prove.js';
import type { SecretHashOptions } from './commands/secret-hash.js';
import type { RotateOptions } from './commands/secret-rotate.js';
import type { TokenOptions } from './commands/token.js';
import type { WhoamiOptions } from './commands/whoami.js';
import { FACTOR_NAMES } from './mfa/factors.js';
import { DEFAULT_MIN_TTL } from './session/token-fast-path.js';
import { BROWSER_TIMEOUT } from './terminal/duration.js';

export const USER = ['--user <name>', 'use the tokens of this user, not those of the last sign-in'] as const;
export const TABLE = ['--table <name>', "the API's DynamoDB table; found by the API unless named"] as const;
const MACHINE = 'with client credentials, as the only machine client or the one named';

/** An option that may be given several times. */
export const collect = (value: string, previous: string[] = []) => [...previous, value];

/** Every subcommand but those of `user` and `mfa`; its file is loaded when it is called. */
export function addSubcommands(program: Command, action: CreateAction): void {
  addSessionCommands(program, action);
  addSecretCommands(program, action);
  addDeploymentCommands(program, action);
  addLocalCommands(program, action);
  addCompletionCommands(program, action);
}

function addSessionCommands(program: Command, action: CreateAction) {
  program
    .command('login [user]')
    .description('sign in, and store the tokens: a user with the password, and without one in the browser')
    .option('--no-browser', 'open none: print the address, and take the code of a browser elsewhere')
    .option('--timeout <duration>', `how long to wait for the browser (default: ${BROWSER_TIMEOUT})`)
    .option('--password-stdin', 'read the password from the first line of stdin')
    .option('--new-password-stdin', 'read a new password, if one is required, from the next line of stdin')
    .option('--code-stdin', 'read the code of the second factor from the line after that')
    .option('--factor <name>', `second factor, if there are several: ${FACTOR_NAMES.join(', ')}`)
    .option('--machine [name]', `sign in ${MACHINE}`)
    .action(
      action(async (...args: [CommandContext, string | undefined, LoginOptions]) =>
        (await import('./commands/login.js')).login(...args),
      ),
    );
  program
    .command('token')
    .description('print a valid token, renewed if necessary, and nothing else')
    .option('--id', 'the ID token instead of the access token')
    .option('--min-ttl <duration>', 'how long the token must still be valid', DEFAULT_MIN_TTL)
    .option('--header', 'as a header line, for curl -H @-')
    .option(...USER)
    .action(
      action(async (...args: [CommandContext, TokenOptions]) => (await import('./commands/token.js')).token(...args)),
    );
  program
    .command('whoami')
    .description('print pool, user, groups, scopes, and how long the token is valid')
    .option('--verify', "verify the tokens with the pool's keys, as the API does")
    .option(...USER)
    .action(
      action(async (...args: [CommandContext, WhoamiOptions]) =>
        (await import('./commands/whoami.js')).whoami(...args),
      ),
    );
  program
    .command('call <method> <path>')
    .description(
      'call the API with a token; the body goes to stdout as it is, with a line end added on a terminal; 401 and 403 exit 4, 502 to 504 exit 6, other errors exit 1',
    )
    .option('--data <@file|->', 'body, from a file or stdin')
    .option('-H, --header <line>', "another request header, such as 'Idempotency-Key: 42'", collect)
    .option('-i, --include', 'print the status line and the response headers before the body')
    .option('--id', 'with the ID token instead of the access token')
    .option('--machine [name]', `call ${MACHINE}; it is signed in if necessary`)
    .option(...USER)
    .action(
      action(async (...args: [CommandContext, string, string, CallOptions]) =>
        (await import('./commands/call.js')).call(...args),
      ),
    );
  program
    .command('logout')
    .description('revoke the tokens and delete them')
    .option('--all', "end the user's other sign-ins too, and revoke the tokens")
    .option(...TABLE)
    .option('--browser', 'also end the sign-in of the browser, at the domain of the pool')
    .option('--timeout <duration>', `how long to wait for the browser (default: ${BROWSER_TIMEOUT})`)
    .option(...USER)
    .action(
      action(async (...args: [CommandContext, LogoutOptions]) =>
        (await import('./commands/logout.js')).logout(...args),
      ),
    );
}

function addSecretCommands(program: Command, action: CreateAction) {
  program
    .command('secret-hash <user>')
    .description('print the secret hash of a user name; the client secret comes from a file, stdin or a prompt')
    .option('--client-secret-file <file>', 'file with the client secret; - is stdin')
    .option('--client-id <id>', "client id, if not the profile's")
    .action(
      action(async (...args: [CommandContext, string, SecretHashOptions]) =>
        (await import('./commands/secret-hash.js')).printSecretHash(...args),
      ),
    );
  program
    .command('secret')
    .description('manage the secrets of clients')
    .command('rotate')
    .description('give the client a new secret, and delete the old one later')
    .option('--grace <duration>', 'how long both are valid', '60s')
    .option('--machine [name]', "of the only machine client or the one named, not of the people's client")
    .action(
      action(async (...args: [CommandContext, RotateOptions]) =>
        (await import('./commands/secret-rotate.js')).rotateSecret(...args),
      ),
    );
}

function addDeploymentCommands(program: Command, action: CreateAction) {
  program
    .command('doctor')
    .description('check settings, pools, clients, clock, keys and sign-in; in AWS also routes and permissions')
    .option(...USER)
    .option('--password-stdin', 'try to sign --user in, with the password from stdin')
    .action(
      action(async (...args: [CommandContext, DoctorOptions]) =>
        (await import('./commands/doctor.js')).doctor(...args),
      ),
    );
  program
    .command('prove')
    .description('call every route as every kind of caller, at the gateway and at the app, and compare with access.ts')
    .option('--out <directory>', 'write the report there')
    .option('--against <file>', 'say what changed since this access.json')
    .option('--key <file>', 'sign it with this Ed25519 key, in PEM')
    .option('--read-only', 'leave out routes that may change something')
    .action(
      action(async (...args: [CommandContext, ProveOptions]) => (await import('./commands/prove.js')).prove(...args)),
    );
  program
    .command('profile')
    .description('manage profiles of deployments')
    .command('add <name>')
    .description("store a deployment's profile from stdin, and print the hosts that it names")
    .option('--machines', 'store its machine clients instead')
    .option('--allow-host <host>', "allow a host that is not Amazon Cognito's to get passwords and secrets", collect)
    .addHelpText('after', `\nExamples:\n  ${importLine('cloud')}\n  ${importLine('cloud', 'machines')}`)
    .action(
      action(async (...args: [CommandContext, string, AddProfileOptions]) =>
        (await import('./commands/profile.js')).addProfile(...args),
      ),
    );
}

function addLocalCommands(program: Command, action: CreateAction) {
  program
    .command('outbox')
    .description('print the messages that the local Cognito would have sent, with their codes')
    .option('-f, --follow', 'go on printing new ones, until interrupted')
    .action(
      action(async (...args: [CommandContext, OutboxOptions]) =>
        (await import('./commands/outbox.js')).printOutbox(...args),
      ),
    );
}

function addCompletionCommands(program: Command, action: CreateAction) {
  program
    .command('completion <shell>')
    .description('print a script for bash, zsh or fish that defines and completes the command')
    .action(
      action(async (context: CommandContext, shell: string) =>
        (await import('./commands/completion.js')).printCompletion(context, shell),
      ),
    );
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
    .action(
      action(async (context: CommandContext, words: string[]) =>
        (await import('./commands/completion.js')).printCandidates(context, program, words),
      ),
    );
}
