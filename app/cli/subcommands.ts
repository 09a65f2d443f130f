import type { Command } from 'commander';
import type { Parts, Run } from './command.js';
import type { CallOptions } from './commands/call.js';
import type { DoctorOptions } from './commands/doctor.js';
import type { LoginOptions } from './commands/login.js';
import type { LogoutOptions } from './commands/logout.js';
import type { SecretHashOptions } from './commands/secret-hash.js';
import type { RotateOptions } from './commands/secret-rotate.js';
import type { TokenOptions } from './commands/token.js';
import type { WhoamiOptions } from './commands/whoami.js';
import { DEFAULT_MIN_TTL } from './session/token-fast-path.js';
import { collect, PASSWORD } from './options.js';
import { addUserSubcommands } from './user-subcommands.js';

const USER = ['--user <name>', 'whose kept tokens, if not those of the last sign-in'] as const;

/** Every subcommand; its file is loaded when it is called. */
export function addSubcommands(program: Command, run: Run): void {
  addTokenCommands(program, run);
  addUserSubcommands(program.command('user').description('list, add and change the people of a pool'), run);
  addSecretCommands(program, run);
  addOtherCommands(program, run);
}

function addTokenCommands(program: Command, run: Run) {
  program
    .command('login [user]')
    .description('sign in, and keep the tokens')
    .option(...PASSWORD)
    .option('--new-password-stdin', 'where a new one is asked for, take it from the next line of stdin')
    .option('--machine', "sign in as the pool's machine client, with client credentials")
    .action(
      run(async (...args: [Parts, string | undefined, LoginOptions]) =>
        (await import('./commands/login.js')).login(...args),
      ),
    );
  program
    .command('token')
    .description('print a valid token, renewed if need be, and nothing else')
    .option('--id', 'the ID token, not the access token')
    .option('--min-ttl <duration>', 'how long it must be good for', DEFAULT_MIN_TTL)
    .option('--header', 'as a header line, for curl -H @-')
    .option(...USER)
    .action(run(async (...args: [Parts, TokenOptions]) => (await import('./commands/token.js')).token(...args)));
  program
    .command('whoami')
    .description('print pool, user, groups, scopes, and how long the token is good for')
    .option('--verify', "check the tokens against the pool's keys, as the API does")
    .option(...USER)
    .action(run(async (...args: [Parts, WhoamiOptions]) => (await import('./commands/whoami.js')).whoami(...args)));
  program
    .command('call <method> <path>')
    .description('call the API with the token; 401 and 403 exit 4, 502 to 504 exit 6, other errors exit 1')
    .option('--data <@file|->', 'body, from a file or stdin')
    .option('-H, --header <line>', "another header, such as 'Idempotency-Key: 42'", collect)
    .option('--id', 'with the ID token, not the access token')
    .option(...USER)
    .action(
      run(async (...args: [Parts, string, string, CallOptions]) => (await import('./commands/call.js')).call(...args)),
    );
  program
    .command('logout')
    .description('revoke the tokens and forget them')
    .option('--all', 'end every other sign-in of the user too')
    .option(...USER)
    .action(run(async (...args: [Parts, LogoutOptions]) => (await import('./commands/logout.js')).logout(...args)));
}

function addSecretCommands(program: Command, run: Run) {
  program
    .command('secret-hash <user>')
    .description('print the secret hash of a user name; the client secret comes from a file, stdin or a prompt')
    .option('--client-secret-file <file>', 'file with the client secret; - is stdin')
    .option('--client-id <id>', "client, if not the profile's")
    .action(
      run(async (...args: [Parts, string, SecretHashOptions]) =>
        (await import('./commands/secret-hash.js')).printSecretHash(...args),
      ),
    );
  program
    .command('secret')
    .description("look after the client's secret")
    .command('rotate')
    .description('give the client a new secret, and remove the old one a while later')
    .option('--grace <duration>', 'how long both work', '60s')
    .action(
      run(async (...args: [Parts, RotateOptions]) =>
        (await import('./commands/secret-rotate.js')).rotateSecret(...args),
      ),
    );
}

function addOtherCommands(program: Command, run: Run) {
  program
    .command('doctor')
    .description('say what is wrong: settings, pools, clients, clock, keys, sign-in; routes and permissions in AWS')
    .option(...USER)
    .option('--password-stdin', 'try to sign --user in, with the password from stdin')
    .action(run(async (...args: [Parts, DoctorOptions]) => (await import('./commands/doctor.js')).doctor(...args)));
  program
    .command('profile')
    .description('keep profiles of deployments')
    .command('add <name>')
    .description('keep the profile on stdin: terraform output -json profile | pizza profile add cloud')
    .action(
      run(async (parts: Parts, name: string) => (await import('./commands/profile-add.js')).addProfile(parts, name)),
    );
  program
    .command('completion <shell>')
    .description('print the completion script of bash, zsh or fish')
    .action(
      run(async (parts: Parts, shell: string) =>
        (await import('./commands/completion.js')).printCompletion(parts, shell),
      ),
    );
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
    .action(
      run(async (parts: Parts, words: string[]) =>
        (await import('./commands/completion.js')).printCandidates(parts, program, words),
      ),
    );
}
