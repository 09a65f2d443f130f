import type { Command } from 'commander';
import type { MfaOptions, SetUpOptions } from './commands/mfa.js';
import type { CommandContext, CreateAction } from './context.js';
import { USER } from './subcommands.js';

/** The subcommands of `mfa`. */
export function addMfaSubcommands(mfa: Command, action: CreateAction): void {
  const load = () => import('./commands/mfa.js');
  mfa
    .command('set')
    .description('set a second factor up')
    .command('up')
    .description('set up an authenticator app as second factor: scan a QR code, and type a code of the app')
    .option('--show-secret', 'print a new secret and its otpauth: address to stdout, and stop there')
    .option('--code-stdin', 'finish with the code on the first line of stdin, after --show-secret')
    .option(...USER)
    .action(action(async (...args: [CommandContext, SetUpOptions]) => (await load()).setUpMfa(...args)));
  mfa
    .command('status')
    .description('print the second factors, and which one is preferred')
    .option(...USER)
    .action(action(async (...args: [CommandContext, MfaOptions]) => (await load()).mfaStatus(...args)));
  mfa
    .command('off')
    .description('turn the second factors off, where the pool does not require one')
    .option(...USER)
    .action(action(async (...args: [CommandContext, MfaOptions]) => (await load()).turnOffMfa(...args)));
}
