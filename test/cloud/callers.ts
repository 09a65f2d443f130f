import { randomUUID } from 'node:crypto';
import { signJwt } from '../harness/issuer.js';
import type { Cloud } from './cloud.js';
import { emulatorKey } from './emulator-key.js';
import { signUpAndIn, type Tokens } from './people.js';

/** The people of the article, and those that it goes on to. */
export interface Callers {
  readonly regular: Tokens;
  readonly chef: Tokens;
  /** On the staff, but in no group. */
  readonly waiter: Tokens;
  /** An access token with the scope, as client credentials would give it. */
  readonly machine: string;
}

export async function makeCallers({ emulator, outputs }: Cloud): Promise<Callers> {
  const { pools } = outputs.profile.value;
  const machineClientId = outputs.machine_clients.value.staff.client_id;
  const [regular, chef, waiter, key] = await Promise.all([
    signUpAndIn(emulator, pools.customers, 'regular'),
    signUpAndIn(emulator, pools.staff, 'chef', ['chefs']),
    signUpAndIn(emulator, pools.staff, 'waiter'),
    emulatorKey(emulator.jwksUri(pools.staff.userPoolId)),
  ]);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: machineClientId,
    iss: pools.staff.issuer,
    client_id: machineClientId,
    token_use: 'access',
    scope: 'pizza-api/pizzas.write',
    iat: now,
    exp: now + 600,
    jti: randomUUID(),
  };
  return { regular, chef, waiter, machine: signJwt({ kid: key.kid, alg: 'RS256' }, claims, key) };
}
