import type { Command } from 'commander';
import type { AddOptions, DeleteOptions, GroupsOptions, PasswordOptions } from './commands/user.js';
import type { CommandContext, CreateAction } from './context.js';
import type { RevokeOptions } from './revocation/revoke-tokens.js';
import { collect, TABLE } from './subcommands.js';

const PASSWORD = ['--password-stdin', 'read the password from the first line of stdin'] as const;

/** The subcommands of `user`. */
export function addUserSubcommands(user: Command, action: CreateAction): void {
  const load = () => import('./commands/user.js');
  user
    .command('list')
    .description('print the users')
    .action(action(async (context: CommandContext) => (await load()).listUsers(context)));
  user
    .command('add <name>')
    .description('add a user with a temporary password')
    .option('--group <name>', 'add the user to a group', collect)
    .option(...PASSWORD)
    .action(action(async (...args: [CommandContext, string, AddOptions]) => (await load()).addUser(...args)));
  user
    .command('passwd <name>')
    .description('set a permanent password')
    .option(...PASSWORD)
    .action(action(async (...args: [CommandContext, string, PasswordOptions]) => (await load()).setPassword(...args)));
  user
    .command('enable <name>')
    .description('let a disabled user sign in again')
    .action(action(async (context: CommandContext, name: string) => (await load()).enableUser(context, name)));
  user
    .command('disable <name>')
    .description('stop a user from signing in, and revoke the tokens')
    .option(...TABLE)
    .action(action(async (...args: [CommandContext, string, RevokeOptions]) => (await load()).disableUser(...args)));
  user
    .command('sign-out <name>')
    .description('end all sign-ins of a user, and revoke the tokens')
    .option(...TABLE)
    .action(action(async (...args: [CommandContext, string, RevokeOptions]) => (await load()).signOutUser(...args)));
  user
    .command('delete <name>')
    .description('delete a user permanently, and revoke the tokens')
    .option('--yes', "don't ask")
    .option(...TABLE)
    .action(action(async (...args: [CommandContext, string, DeleteOptions]) => (await load()).deleteUser(...args)));
  user
    .command('groups <name>')
    .description("print a user's groups, and change them")
    .option('--group <name>', 'add the user to a group', collect)
    .option('--remove <name>', 'remove the user from a group', collect)
    .action(action(async (...args: [CommandContext, string, GroupsOptions]) => (await load()).userGroups(...args)));
}
