import type { Command } from 'commander';
import type { Parts, Run } from './command.js';
import type { AddOptions, DeleteOptions, GroupsOptions, PasswordOptions } from './commands/user.js';
import { collect, PASSWORD } from './options.js';

/** The subcommands of `pizza user`. */
export function addUserSubcommands(user: Command, run: Run) {
  const load = () => import('./commands/user.js');
  user
    .command('list')
    .description('print the users')
    .action(run(async (parts: Parts) => (await load()).listUsers(parts)));
  user
    .command('add <name>')
    .description('add a user with a temporary password')
    .option('--group <name>', 'put the user into a group', collect)
    .option(...PASSWORD)
    .action(run(async (...args: [Parts, string, AddOptions]) => (await load()).addUser(...args)));
  user
    .command('passwd <name>')
    .description('set a password that stays')
    .option(...PASSWORD)
    .action(run(async (...args: [Parts, string, PasswordOptions]) => (await load()).setPassword(...args)));
  user
    .command('enable <name>')
    .description('let a user sign in again')
    .action(run(async (parts: Parts, name: string) => (await load()).enableUser(parts, name)));
  user
    .command('disable <name>')
    .description('keep a user from signing in, and end the sign-ins there are')
    .action(run(async (parts: Parts, name: string) => (await load()).disableUser(parts, name)));
  user
    .command('delete <name>')
    .description('delete a user, for good')
    .option('--yes', "don't ask")
    .action(run(async (...args: [Parts, string, DeleteOptions]) => (await load()).deleteUser(...args)));
  user
    .command('groups <name>')
    .description("print a user's groups, and change them")
    .option('--group <name>', 'put the user into a group', collect)
    .option('--remove <name>', 'take the user out of a group', collect)
    .action(run(async (...args: [Parts, string, GroupsOptions]) => (await load()).userGroups(...args)));
}
