import type { ProfilePool } from '../../platform/contract/profile.js';
import { isSecretRefused, probeSignIn } from '../aws/probe.js';
import type { Cognito } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import { chooseMachine, signInMachine } from '../session/machine-sign-in.js';
import { signInFailure } from '../session/sign-in.js';
import { readMachines } from '../state/machines.js';
import { writePrivateFile } from '../state/private-file.js';
import { findTarget, loadProfile, machinesPath, profilePath } from '../state/profiles.js';

/** A secret as it is stored, and which of the client's secrets it is. */
interface StoredSecret {
  readonly clientSecret: string;
  readonly clientSecretId: string;
}

/** A client whose secret is rotated, and the file that stores the secret. */
export interface RotatedClient {
  readonly userPoolId: string;
  readonly clientId: string;
  /** What `--json` prints of it. */
  readonly description: Readonly<Record<string, string>>;
  readonly path: string;
  /** The file in words. */
  readonly place: string;
  /** Throws if Cognito refuses the stored secret. */
  readonly assertSecret: (cognito: Cognito) => Promise<void>;
  /** Reads the file again: another process may have written it. */
  readonly storedSecretId: () => string | undefined;
  /** Changes the client's secret in the file, and nothing else. */
  readonly store: (secret: StoredSecret) => void;
}

/** The client that the people of the pool sign in through. */
export function peoplesClient({ runtime, target }: CommandContext): RotatedClient {
  const { profileName, poolName, pool } = target();
  const path = profilePath(profileName, runtime);
  return {
    userPoolId: pool.userPoolId,
    clientId: pool.clientId,
    description: { profile: profileName, pool: poolName, clientId: pool.clientId },
    path,
    place: `profile ${profileName}`,
    async assertSecret(cognito) {
      const refusal = await probeSignIn(cognito, pool);
      if (isSecretRefused(refusal)) throw signInFailure(refusal, '', target());
    },
    storedSecretId: () => loadProfile(profileName, runtime).pools[poolName]?.clientSecretId,
    store(secret) {
      const profile = loadProfile(profileName, runtime);
      const changed: ProfilePool = { ...(profile.pools[poolName] as ProfilePool), ...secret };
      writeJson(path, { ...profile, pools: { ...profile.pools, [poolName]: changed } });
    },
  };
}

/** The client of the machine that `--machine [NAME]` means. Throws as `chooseMachine` does, and `pool_unknown`. */
export async function machineClient(context: CommandContext, wanted: string | true): Promise<RotatedClient> {
  const { runtime, terminal } = context;
  const profile = context.profile();
  const { profileName } = profile;
  const machine = await chooseMachine(context, profile, wanted);
  const { name, poolName, clientId } = machine;
  const path = machinesPath(profileName, runtime);
  return {
    userPoolId: findTarget(profileName, poolName, runtime).pool.userPoolId,
    clientId,
    description: { profile: profileName, pool: poolName, machine: name, clientId },
    path,
    place: `the machines of profile ${profileName}`,
    async assertSecret() {
      await signInMachine(machine, terminal, runtime.now);
    },
    storedSecretId: () => readMachines(profile, runtime)[name]?.clientSecretId,
    store(secret) {
      const machines = readMachines(profile, runtime);
      writeJson(path, { ...machines, [name]: { ...machines[name], ...secret } });
    },
  };
}

function writeJson(path: string, value: object) {
  writePrivateFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
