import { asAdmin } from '../aws/admin.js';
import type { Parts } from '../command.js';
import { readSecretLines } from '../terminal/input.js';

export interface PasswordOptions {
  passwordStdin?: boolean;
}
export interface AddOptions extends PasswordOptions {
  group?: string[];
}

/** The people of a pool, for whoever runs it: on AWS this takes AWS credentials. */
export async function listUsers(parts: Parts): Promise<void> {
  await asAdmin(parts, '', async ({ sdk, client }, UserPoolId) => {
    const users = [];
    for await (const page of sdk.paginateListUsers({ client }, { UserPoolId })) users.push(...(page.Users ?? []));
    const rows = users.map(({ Username: name = '', UserStatus: status = '', Enabled: enabled = true }) => ({
      name,
      status,
      enabled,
    }));
    if (parts.terminal.asJson) return parts.terminal.json(rows);
    const width = Math.max(4, ...rows.map(({ name }) => name.length));
    const lines = rows.map(
      ({ name, status, enabled }) => `${name.padEnd(width)}  ${enabled ? status : `${status} disabled`}\n`,
    );
    return parts.terminal.data(lines.join(''));
  });
}

/** A new user with a temporary password, to be changed at the first sign-in. */
export async function addUser(parts: Parts, name: string, { group = [], passwordStdin }: AddOptions): Promise<void> {
  const password = await readPassword(parts, `Temporary password of ${name}`, `pizza user add ${name}`, passwordStdin);
  await asAdmin(parts, name, async ({ sdk, client }, UserPoolId) => {
    const user = { UserPoolId, Username: name };
    await client.send(
      new sdk.AdminCreateUserCommand({ ...user, TemporaryPassword: password, MessageAction: 'SUPPRESS' }),
    );
    for (const GroupName of group) await client.send(new sdk.AdminAddUserToGroupCommand({ ...user, GroupName }));
  });
  done(
    parts,
    name,
    `Added ${name}; the password is a temporary one, until the first sign-in.`,
    `pizza user passwd ${name}`,
  );
}

/** A password that stays. */
export async function setPassword(parts: Parts, name: string, { passwordStdin }: PasswordOptions): Promise<void> {
  const password = await readPassword(parts, `New password of ${name}`, `pizza user passwd ${name}`, passwordStdin);
  await asAdmin(parts, name, ({ sdk, client }, UserPoolId) =>
    client.send(
      new sdk.AdminSetUserPasswordCommand({ UserPoolId, Username: name, Password: password, Permanent: true }),
    ),
  );
  done(parts, name, `Set the password of ${name}.`, `pizza login ${name}`);
}

export async function enableUser(parts: Parts, name: string): Promise<void> {
  await asAdmin(parts, name, ({ sdk, client }, UserPoolId) =>
    client.send(new sdk.AdminEnableUserCommand({ UserPoolId, Username: name })),
  );
  done(parts, name, `Enabled ${name}.`);
}

export async function disableUser(parts: Parts, name: string): Promise<void> {
  await asAdmin(parts, name, ({ sdk, client }, UserPoolId) =>
    client.send(new sdk.AdminDisableUserCommand({ UserPoolId, Username: name })),
  );
  done(parts, name, `Disabled ${name}; tokens that are out already work until they expire.`);
}

export async function deleteUser(parts: Parts, name: string, { yes = false }: DeleteOptions): Promise<void> {
  const { poolName, profileName } = parts.target();
  const question = `Delete ${name} from pool ${poolName} of profile ${profileName}, for good?`;
  if (!yes && !(await parts.prompt.confirm({ message: question, instead: `pizza user delete ${name} --yes` }))) {
    return parts.terminal.say(`Kept ${name}.`);
  }
  await asAdmin(parts, name, ({ sdk, client }, UserPoolId) =>
    client.send(new sdk.AdminDeleteUserCommand({ UserPoolId, Username: name })),
  );
  return done(parts, name, `Deleted ${name}.`);
}

export interface DeleteOptions {
  yes?: boolean;
}
export interface GroupsOptions {
  group?: string[];
  remove?: string[];
}

/** Puts a user into groups or out of them, and prints the groups that the user is in then. */
export async function userGroups(
  parts: Parts,
  name: string,
  { group = [], remove = [] }: GroupsOptions,
): Promise<void> {
  await asAdmin(parts, name, async ({ sdk, client }, UserPoolId) => {
    const user = { UserPoolId, Username: name };
    for (const GroupName of group) await client.send(new sdk.AdminAddUserToGroupCommand({ ...user, GroupName }));
    for (const GroupName of remove) await client.send(new sdk.AdminRemoveUserFromGroupCommand({ ...user, GroupName }));
    const names = [];
    for await (const page of sdk.paginateAdminListGroupsForUser({ client }, user)) {
      names.push(...(page.Groups ?? []).map(({ GroupName = '' }) => GroupName));
    }
    if (parts.terminal.asJson) parts.terminal.json(names);
    else parts.terminal.data(names.map((groupName) => `${groupName}\n`).join(''));
  });
}

async function readPassword({ runtime, prompt }: Parts, message: string, command: string, fromStdin = false) {
  if (!fromStdin) return prompt.newSecret({ message, instead: `${command} --password-stdin < FILE` });
  const [password = ''] = await readSecretLines(runtime, ['the password']);
  return password;
}

function done({ terminal }: Parts, user: string, text: string, next?: string) {
  if (terminal.asJson) terminal.json({ user });
  else terminal.say(next ? `${text}\nNext:  ${next}` : text);
}
