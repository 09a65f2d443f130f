import type { Command } from 'commander';
import { releaseLine } from './command-line.js';
import type { ReleaseOptions } from './commands/release.js';
import type { CommandContext, CreateAction } from './context.js';

/** The subcommands that move the calls between versions of the deployed function. */
export function addReleaseSubcommands(program: Command, action: CreateAction): void {
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
