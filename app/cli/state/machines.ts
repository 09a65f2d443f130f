import { access } from '../../api/access.js';
import { importLine } from '../command-line.js';
import { Failure } from '../failure.js';
import type { StateLocation } from '../runtime.js';
import { hostProblems, machineHosts } from './hosts.js';
import { readPrivateFile } from './private-file.js';
import { machinesProblems, type StoredMachine, type StoredMachines, type StoredProfile } from './profile-format.js';
import { assertHosts, LOCAL, machinesPath } from './profiles.js';

/** A machine client, and the pool that declares it. */
export interface Machine extends StoredMachine {
  readonly name: string;
  readonly poolName: string;
}

/** The pool that declares a machine, or undefined. */
function poolOf(machine: string): string | undefined {
  return Object.entries(access.document).find(([, { clients }]) => clients[machine]?.type === 'machine')?.[0];
}

/** The machines document, checked. Throws `machines_invalid` with every problem, and `host_unknown`. */
export function parseMachines(
  json: string,
  { source, name, allowedHosts }: { source: string; name: string; allowedHosts: readonly string[] },
): StoredMachines {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid(source, ['it is not JSON'], name);
  }
  const problems = machinesProblems(value);
  if (problems.length > 0) throw invalid(source, problems, name);
  const machines = value as StoredMachines;
  assertHosts(hostProblems(machineHosts(machines), allowedHosts), { source, name });
  return machines;
}

interface ProfileByName {
  readonly profileName: string;
  readonly profile: StoredProfile;
}

/** The machines document of a profile; empty if none was imported. Throws as `parseMachines` does. */
export function readMachines({ profileName, profile }: ProfileByName, location: StateLocation): StoredMachines {
  const path = machinesPath(profileName, location);
  const json = readPrivateFile(path, location);
  if (json === undefined) return {};
  const allowedHosts = profileName === LOCAL ? [] : (profile.allowedHosts ?? []);
  return parseMachines(json, { source: path, name: profileName, allowedHosts });
}

/** The declared machines of a profile. Throws as `parseMachines` does. */
export function loadMachines(profile: ProfileByName, location: StateLocation): Machine[] {
  return declaredMachines(readMachines(profile, location));
}

/** The declared machines of a document, each with its pool. */
export function declaredMachines(machines: StoredMachines): Machine[] {
  return Object.entries(machines).flatMap(([name, client]) => {
    const poolName = poolOf(name);
    return poolName === undefined ? [] : [{ ...client, name, poolName }];
  });
}

export const importMachinesHint = (profileName: string) =>
  profileName === LOCAL ? 'Restart `npm start`, which writes machines.json.' : importLine(profileName, 'machines');

function invalid(source: string, problems: string[], name: string) {
  return new Failure('unexpected', 'machines_invalid', {
    message: `The machine clients in ${source} are invalid: ${problems.join('; ')}.`,
    hint: importMachinesHint(name),
  });
}
