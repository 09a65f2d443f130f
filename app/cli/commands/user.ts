import { AwsError } from '../aws/aws-error.js';
import { openCognito, type Cognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { NOT_REVOKED, REVOKED, revokeTokens, type RevokeOptions } from '../revocation/revoke-tokens.js';
import { signInFailure } from '../session/sign-in.js';
import { loginLine, targetFlags, userLine, type Target } from '../state/profiles.js';
import { readSecretLines } from '../terminal/input.js';

export interface PasswordOptions {
  passwordStdin?: boolean;
}
export interface AddOptions extends PasswordOptions {
  group?: string[];
}
export interface DeleteOptions extends RevokeOptions {
  yes?: boolean;
}
export interface GroupsOptions {
  group?: string[];
  remove?: string[];
}

/** Prints the users of a pool. Like all of `user`, it takes AWS credentials unless the pool is an emulator's. */
export async function listUsers(context: CommandContext): Promise<void> {
  const { terminal } = context;
  const rows = await asAdmin(context, '', async ({ sdk, client }, UserPoolId) => {
    const users = [];
    for await (const page of sdk.paginateListUsers({ client }, { UserPoolId })) users.push(...(page.Users ?? []));
    return users.map(({ Username: name = '', UserStatus: status = '', Enabled: enabled = true }) => {
      return { name, status, enabled };
    });
  });
  if (terminal.asJson) return terminal.json(rows);
  const width = Math.max(4, ...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, status, enabled }) => {
    return `${name.padEnd(width)}  ${enabled ? status : `${status} disabled`}\n`;
  });
  return terminal.data(lines.join(''));
}

/** Adds a user with a temporary password, to be changed at the first sign-in. */
export async function addUser(context: CommandContext, name: string, options: AddOptions): Promise<void> {
  const { group = [] } = options;
  const password = await readPassword(context, `Temporary password of ${name}`, ['add', name], options);
  await asAdmin(context, name, async ({ sdk, client }, UserPoolId) => {
    const user = { UserPoolId, Username: name };
    await client.send(
      new sdk.AdminCreateUserCommand({ ...user, TemporaryPassword: password, MessageAction: 'SUPPRESS' }),
    );
    for (const GroupName of group) await client.send(new sdk.AdminAddUserToGroupCommand({ ...user, GroupName }));
  });
  const message = `Added ${name}; the password is temporary, until the first sign-in.`;
  printDone(context, name, message, userLine('passwd', name, context.target()));
}

/** Sets a permanent password. */
export async function setPassword(context: CommandContext, name: string, options: PasswordOptions): Promise<void> {
  const password = await readPassword(context, `New password of ${name}`, ['passwd', name], options);
  await asAdmin(context, name, ({ sdk, client }, UserPoolId) =>
    client.send(
      new sdk.AdminSetUserPasswordCommand({ UserPoolId, Username: name, Password: password, Permanent: true }),
    ),
  );
  printDone(context, name, `Set the password of ${name}.`, loginLine(name, context.target()));
}

export async function enableUser(context: CommandContext, name: string): Promise<void> {
  await asAdmin(context, name, ({ sdk, client }, UserPoolId) =>
    client.send(new sdk.AdminEnableUserCommand({ UserPoolId, Username: name })),
  );
  printDone(context, name, `Enabled ${name}.`);
}

/** Stops a user from signing in, and revokes the tokens. */
export async function disableUser(context: CommandContext, name: string, options: RevokeOptions): Promise<void> {
  await endAccess(context, name, options, { done: `Disabled ${name}`, repeat: 'disable' }, ({ sdk, client }, user) =>
    client.send(new sdk.AdminDisableUserCommand(user)),
  );
}

/** Ends all of a user's sign-ins: Cognito revokes the refresh tokens, the API's revocable routes refuse the others. */
export async function signOutUser(context: CommandContext, name: string, options: RevokeOptions): Promise<void> {
  await endAccess(context, name, options, { done: `Signed out ${name}`, repeat: 'sign-out' }, ({ sdk, client }, user) =>
    client.send(new sdk.AdminUserGlobalSignOutCommand(user)),
  );
}

interface UserId {
  readonly UserPoolId: string;
  readonly Username: string;
}

type Work = (cognito: Cognito, user: UserId) => Promise<unknown>;

/**
 * Cognito comes first: a user who can't renew tokens is the better half, should the table be unavailable. `last` comes
 * once the tokens are revoked, so that the command can be repeated before.
 */
async function endAccess(
  context: CommandContext,
  name: string,
  options: RevokeOptions,
  { done, ended = done, repeat }: { done: string; ended?: string; repeat: string },
  work: Work,
  last?: Work,
) {
  const target = context.target();
  const atMs = await asAdmin(context, name, async (cognito, UserPoolId) => {
    await work(cognito, { UserPoolId, Username: name });
    return cognito.serverTime() ?? context.runtime.now();
  });
  try {
    const subject = await asAdmin(context, name, async ({ sdk, client }, UserPoolId) => {
      const { UserAttributes = [] } = await client.send(new sdk.AdminGetUserCommand({ UserPoolId, Username: name }));
      return UserAttributes.find(({ Name }) => Name === 'sub')?.Value ?? '';
    });
    const isRevoked = await revokeTokens(context, { target, subject, atMs }, options);
    if (last) await asAdmin(context, name, (cognito, UserPoolId) => last(cognito, { UserPoolId, Username: name }));
    printDone(context, name, isRevoked ? `${done}. ${REVOKED}` : `${done}; ${NOT_REVOKED}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = `${ended} in Cognito, but did not revoke the tokens in the API's table: ${error.message}`;
    throw new Failure(error.exit, 'not_revoked', {
      message,
      hint: `${error.hint} Then: ${userLine(repeat, name, target)}`,
    });
  }
}

/** Deletes a user who is disabled first, so that no token is issued after those that are revoked. */
export async function deleteUser(context: CommandContext, name: string, options: DeleteOptions): Promise<void> {
  const { yes = false } = options;
  const { prompt, terminal } = context;
  const target = context.target();
  const message = `Delete ${name} from pool ${target.poolName} of profile ${target.profileName} permanently?`;
  const instead = commandLine('user', 'delete', name, '--yes', ...targetFlags(target));
  if (!yes && !(await prompt.confirm({ message, instead }))) return terminal.say(`${name} was not deleted.`);
  return endAccess(
    context,
    name,
    options,
    { done: `Deleted ${name}`, ended: `Disabled ${name}`, repeat: 'delete' },
    ({ sdk, client }, user) => client.send(new sdk.AdminDisableUserCommand(user)),
    ({ sdk, client }, user) => client.send(new sdk.AdminDeleteUserCommand(user)),
  );
}

/** Changes a user's groups, and prints those that the user is in then. */
export async function userGroups(
  context: CommandContext,
  name: string,
  { group = [], remove = [] }: GroupsOptions,
): Promise<void> {
  const { terminal } = context;
  const names = await asAdmin(context, name, async ({ sdk, client }, UserPoolId) => {
    const user = { UserPoolId, Username: name };
    for (const GroupName of group) await client.send(new sdk.AdminAddUserToGroupCommand({ ...user, GroupName }));
    for (const GroupName of remove) await client.send(new sdk.AdminRemoveUserFromGroupCommand({ ...user, GroupName }));
    const found = [];
    for await (const page of sdk.paginateAdminListGroupsForUser({ client }, user)) {
      found.push(...(page.Groups ?? []).map(({ GroupName = '' }) => GroupName));
    }
    return found;
  });
  if (terminal.asJson) terminal.json(names);
  else terminal.data(names.map((groupName) => `${groupName}\n`).join(''));
}

/** Runs administrative calls on the pool; `name` is the user they concern, for messages. */
async function asAdmin<T>(
  context: CommandContext,
  name: string,
  work: (cognito: Cognito, userPoolId: string) => Promise<T>,
): Promise<T> {
  const target = context.target();
  try {
    const cognito = await openCognito(target.profile, context.terminal);
    return await context.terminal.wait('Waiting for Cognito', work(cognito, target.pool.userPoolId));
  } catch (error) {
    throw error instanceof AwsError ? adminFailure(error, name, target) : error;
  }
}

function adminFailure(error: AwsError, name: string, target: Target): unknown {
  const failure = (code: string, message: string, hint: string) => new Failure('unexpected', code, { message, hint });
  if (error.awsCode === 'UsernameExistsException') {
    return failure('user_exists', `There is already a user ${name}.`, userLine('passwd', name, target));
  }
  if (error.awsCode === 'UserNotFoundException') {
    const list = commandLine('user', 'list', ...targetFlags(target));
    return failure('user_unknown', `There is no user ${name}.`, list);
  }
  if (error.awsCode !== 'ResourceNotFoundException') return signInFailure(error, name, target);
  const message = `Cognito has no such pool or group: ${error.awsMessage}`;
  return failure('resource_unknown', message, commandLine('doctor'));
}

async function readPassword(
  context: CommandContext,
  message: string,
  words: string[],
  { passwordStdin = false }: PasswordOptions,
) {
  const { runtime, prompt } = context;
  if (!passwordStdin) {
    const line = commandLine('user', ...words, '--password-stdin', ...targetFlags(context.target()));
    return prompt.newSecret({ message, instead: `${line} < FILE` });
  }
  const [password = ''] = await readSecretLines(runtime, ['the password']);
  return password;
}

function printDone({ terminal }: CommandContext, user: string, message: string, next?: string) {
  if (terminal.asJson) terminal.json({ user });
  else terminal.say(next === undefined ? message : `${message}\nNext:  ${next}`);
}
