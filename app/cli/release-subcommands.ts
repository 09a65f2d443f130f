import type { Command } from 'commander';
import { releaseLine } from './command-line.js';
import type { CarryKeysOptions } from './commands/carry-keys.js';
import type { ReleaseOptions } from './commands/release.js';
import type { CommandContext, CreateAction } from './context.js';

/** The subcommands of a deployment: what is carried by its functions, and which version gets the calls. */
export function addReleaseSubcommands(program: Command, action: CreateAction): void {
  program
    .command('carry-keys')
    .description(
      "read the pools' public keys, for the functions of the next deployment to start with; reads Terraform's outputs from stdin",
    )
    .option('--out <file>', 'the file of Terraform values to write', 'infra/carried-keys.auto.tfvars.json')
    .addHelpText('after', `\nExample:\n  ${releaseLine('carry-keys')}`)
    .action(
      action(async (...args: [CommandContext, CarryKeysOptions]) =>
        (await import('./commands/carry-keys.js')).carryKeys(...args),
      ),
    );
  program
    .command('release')
    .description(
      "check the function's newest version, then shift the calls to it; reads Terraform's outputs from stdin",
    )
    .option('--at-once', 'shift all calls after the check, without watching alarms')
    .addHelpText('after', `\nExample:\n  ${releaseLine('release')}`)
    .action(
      action(async (...args: [CommandContext, ReleaseOptions]) =>
        (await import('./commands/release.js')).release(...args),
      ),
    );
  program
    .command('rollback')
    .description("give the calls back to the version that was live before; reads Terraform's outputs from stdin")
    .addHelpText('after', `\nExample:\n  ${releaseLine('rollback')}`)
    .action(action(async (context: CommandContext) => (await import('./commands/rollback.js')).rollback(context)));
}
