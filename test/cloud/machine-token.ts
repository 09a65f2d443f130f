import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { signAccessToken } from './emulator-key.js';

/** An access token as client credentials would give it to the pool's machine, which moto can't do. */
export async function machineToken({ emulator, outputs }: Cloud, pool: string, name: string): Promise<string> {
  const { issuer, userPoolId } = known(outputs.profile.value.pools[pool]);
  const { clientId, scopes } = known(outputs.machines.value[name]);
  const own = { sub: clientId, client_id: clientId, scope: scopes.join(' ') };
  return signAccessToken(emulator, { issuer, userPoolId }, own);
}
