import { commandLine, importLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { usageError } from '../failure.js';
import { apiHost, hostProblems, machineHosts, receivedBy, signInHosts } from '../state/hosts.js';
import { parseMachines } from '../state/machines.js';
import { writePrivateFile } from '../state/private-file.js';
import { HOST, type StoredProfile } from '../state/profile-format.js';
import { assertHosts, loadProfile, LOCAL, machinesPath, parseProfile, profilePath } from '../state/profiles.js';
import { readStdin } from '../terminal/input.js';

export interface AddProfileOptions {
  allowHost?: string[];
  machines?: boolean;
}

/**
 * Stores the profile on stdin under a name, or with --machines its machine clients, and prints the hosts that will receive
 * passwords, secrets and tokens. Throws `host_unknown` for a host that is neither Cognito's, nor loopback, nor allowed.
 */
export async function addProfile(context: CommandContext, name: string, options: AddProfileOptions): Promise<void> {
  if (name === LOCAL) {
    throw usageError(`\`npm start\` writes the profile ${LOCAL}: choose another name.`, importLine('cloud'));
  }
  const allowHosts = (options.allowHost ?? []).map((host) => host.toLowerCase());
  const malformed = allowHosts.find((host) => !HOST.test(host));
  if (malformed !== undefined) {
    throw usageError(`${JSON.stringify(malformed)} is not a host name.`, 'Name a host such as auth.example.com.');
  }
  await (options.machines ? importMachines(context, name, allowHosts) : importProfile(context, name, allowHosts));
}

async function importProfile({ runtime, terminal }: CommandContext, name: string, allowedHosts: string[]) {
  const path = profilePath(name, runtime);
  const source = { source: 'stdin', name };
  const { allowedHosts: claimed, ...profile } = parseProfile(
    (await readStdin(runtime, 'The profile')).toString(),
    source,
  );
  if (claimed !== undefined) {
    throw usageError('A profile may not allow hosts itself: remove allowedHosts.', 'Name the hosts with --allow-host.');
  }
  assertHosts(hostProblems(signInHosts(profile), allowedHosts), source);
  writeProfile(path, { ...profile, ...(allowedHosts.length > 0 && { allowedHosts }) });
  const hosts = receivedBy([apiHost(profile), ...signInHosts(profile)]);
  const pools = Object.keys(profile.pools);
  if (terminal.asJson) return terminal.json({ profile: name, path, pools, hosts });
  return terminal.say(
    `Stored profile ${name} (pools ${pools.join(', ')}) in ${path}.\n${describeHosts(hosts)}\nNext:  ${commandLine('login', '--profile', name)}`,
  );
}

async function importMachines({ runtime, terminal }: CommandContext, name: string, allowHosts: string[]) {
  const profile = loadProfile(name, runtime);
  const allowedHosts = [...new Set([...(profile.allowedHosts ?? []), ...allowHosts])];
  const json = (await readStdin(runtime, 'The machines document')).toString();
  const machines = parseMachines(json, { source: 'stdin', name, allowedHosts });
  const path = machinesPath(name, runtime);
  if (allowHosts.length > 0) writeProfile(profilePath(name, runtime), { ...profile, allowedHosts });
  writePrivateFile(path, `${JSON.stringify(machines, null, 2)}\n`);
  const hosts = receivedBy(machineHosts(machines));
  const names = Object.keys(machines);
  if (terminal.asJson) return terminal.json({ profile: name, path, machines: names, hosts });
  return terminal.say(
    `Stored the machines of profile ${name} (${names.join(', ') || 'none'}) in ${path}.\n${describeHosts(hosts)}\nNext:  ${commandLine('login', '--machine', '--profile', name)}`,
  );
}

function writeProfile(path: string, profile: StoredProfile) {
  writePrivateFile(path, `${JSON.stringify(profile, null, 2)}\n`);
}

function describeHosts(hosts: Record<string, string[]>): string {
  return Object.entries(hosts)
    .map(([host, receives]) => `  ${host} receives ${receives.join(', ')}`)
    .join('\n');
}
