import type { ProfilePool } from '../../platform/contract/profile.js';
import type { Cognito } from '../aws/clients.js';
import { isSecretRefused, probeSignIn } from '../aws/probe.js';
import type { CommandContext } from '../context.js';
import { withLiveSecret } from '../session/client-secret.js';
import { chooseMachine, signInMachine } from '../session/machine-sign-in.js';
import { signInFailure } from '../session/sign-in.js';
import { readMachines } from '../state/machines.js';
import type { StoredMachine } from '../state/profile-format.js';
import { findTarget, loadProfile, machinesPath, profilePath } from '../state/profiles.js';
import { fileStorage, openManagedStorage, type SecretStorage } from './secret-storage.js';

/** A client whose secret is rotated. */
export interface RotatedClient {
  readonly userPoolId: string;
  readonly clientId: string;
  /** What `--json` prints of it. */
  readonly description: Readonly<Record<string, string>>;
  /** Its file, which is locked while its secret is replaced. */
  readonly path: string;
  readonly storage: SecretStorage;
  /** Throws if Cognito refuses the stored secret. */
  readonly assertSecret: (cognito: Cognito) => Promise<void>;
}

/** The client that the people of the pool sign in through. */
export async function peoplesClient({ runtime, target, terminal }: CommandContext): Promise<RotatedClient> {
  const { profileName, profile, poolName, pool } = target();
  const { userPoolId, clientId, clientSecretArn: arn } = pool;
  const path = profilePath(profileName, runtime);
  const file = fileStorage<ProfilePool>({
    path,
    place: `profile ${profileName}`,
    read: () => loadProfile(profileName, runtime).pools[poolName] as ProfilePool,
    changed: (client) => {
      const current = loadProfile(profileName, runtime);
      return { ...current, pools: { ...current.pools, [poolName]: client } };
    },
  });
  const members = { clientId, userPoolId, cognitoEndpoint: profile.cognitoEndpoint };
  return {
    userPoolId,
    clientId,
    description: { profile: profileName, pool: poolName, clientId },
    path,
    storage: arn === undefined ? file : await openManagedStorage(arn, { file, members, terminal }),
    async assertSecret(cognito) {
      const refusal = await probeSignIn(cognito, (await withLiveSecret(target(), terminal)).pool);
      if (isSecretRefused(refusal)) throw signInFailure(refusal, '', target());
    },
  };
}

/** The client of the machine that `--machine [NAME]` means. Throws as `chooseMachine` does, and `pool_unknown`. */
export async function machineClient(context: CommandContext, wanted: string | true): Promise<RotatedClient> {
  const { runtime, terminal } = context;
  const profile = context.profile();
  const { profileName } = profile;
  const machine = await chooseMachine(context, profile, wanted);
  const { name, poolName, clientId, clientSecretArn: arn, tokenUrl, scopes } = machine;
  const path = machinesPath(profileName, runtime);
  const file = fileStorage<StoredMachine>({
    path,
    place: `the machines of profile ${profileName}`,
    read: () => readMachines(profile, runtime)[name] as StoredMachine,
    changed: (client) => ({ ...readMachines(profile, runtime), [name]: client }),
  });
  const members = { clientId, tokenUrl, scopes };
  return {
    userPoolId: findTarget(profileName, poolName, runtime).pool.userPoolId,
    clientId,
    description: { profile: profileName, pool: poolName, machine: name, clientId },
    path,
    storage: arn === undefined ? file : await openManagedStorage(arn, { file, members, terminal }),
    async assertSecret() {
      await signInMachine(machine, terminal, runtime.now);
    },
  };
}
