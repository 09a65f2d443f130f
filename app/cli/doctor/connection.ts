import { createJwksFetch } from '../../platform/auth/jwks.js';
import { fetchErrorReason, systemCode } from '../failure.js';
import type { Target } from '../state/profiles.js';
import { describeDuration } from '../terminal/duration.js';
import { printableLine } from '../terminal/printable.js';
import { fault, ok, skipped, type Finding } from './finding.js';

const TIMEOUT_MS = 5_000;
/** The API accepts an `iat` up to 5 s ahead, and a Date header counts whole seconds. */
const TOLERANCE_MS = 5_000;

/** Checks that the pool's keys are available and usable for the API. */
export async function checkKeys({ poolName, pool }: Target): Promise<Finding> {
  try {
    const { size } = await createJwksFetch(pool.jwksUri)();
    return ok('keys', `${poolName}: ${size} signing ${size === 1 ? 'key' : 'keys'} at ${pool.jwksUri}`);
  } catch (error) {
    const reason = printableLine((error as Error).message) || systemCode(error);
    return fault(
      'keys',
      `${poolName}: the signing keys at ${pool.jwksUri} are unavailable: ${reason}. The API answers 503.`,
      'Check that the pool exists, and that the endpoint is reachable from here and from the API.',
    );
  }
}

/** Compares this computer's clock with Cognito's, by the Date header (RFC 9110 section 6.6.1) of any response. */
export async function checkClock(endpoint: string, now: () => number): Promise<Finding> {
  try {
    const before = now();
    const { headers } = await fetch(endpoint, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const after = now();
    const cognitoTime = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(cognitoTime)) return skipped('clock', `${endpoint} sends no Date header.`);
    const ahead = (before + after) / 2 - cognitoTime;
    if (Math.abs(ahead) <= TOLERANCE_MS + (after - before)) {
      return ok('clock', "this computer's clock agrees with Cognito's");
    }
    const difference = `${describeDuration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'}`;
    return fault(
      'clock',
      `This computer's clock is ${difference} Cognito's: valid tokens look expired, or not yet valid.`,
      'Set the clock, and synchronise it by NTP: timedatectl set-ntp true',
    );
  } catch (error) {
    return fault(
      'cognito',
      `Cognito at ${endpoint} is unreachable: ${fetchErrorReason(error)}.`,
      'Check that it runs (`npm start` for the profile local) and that the network is up.',
    );
  }
}
