import { createJwksFetch } from '../../platform/auth/jwks.js';
import { describeDuration } from '../terminal/duration.js';
import { systemCode } from '../failure.js';
import type { Target } from '../state/profiles.js';
import { fault, ok, skipped, type Finding } from './finding.js';

const DEADLINE_MS = 5_000;
/** Milliseconds; the API takes tokens from no more than 5 s ahead, and a Date header counts whole seconds. */
const TOLERANCE_MS = 5_000;

/** Whether the pool's keys can be had, and will do for the API. */
export async function checkKeys({ poolName, pool }: Target): Promise<Finding> {
  try {
    const { size } = await createJwksFetch(pool.jwksUri)();
    return ok('keys', `${poolName}: ${size} signing ${size === 1 ? 'key' : 'keys'} at ${pool.jwksUri}`);
  } catch (error) {
    const { message } = error as Error;
    return fault(
      'keys',
      `${poolName}: the signing keys at ${pool.jwksUri} can't be had: ${message || systemCode(error)}. The API answers 503.`,
      'See that the pool exists and that the endpoint can be reached from here and from the API.',
    );
  }
}

/** Whether this machine's clock agrees with Cognito's, by the Date header (RFC 9110 section 6.6.1) of any answer. */
export async function checkClock(endpoint: string, now: () => number): Promise<Finding> {
  try {
    const before = now();
    const { headers } = await fetch(endpoint, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) });
    const after = now();
    const theirs = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return skipped('clock', `${endpoint} says nothing of the time.`);
    const ahead = (before + after) / 2 - theirs;
    if (Math.abs(ahead) <= TOLERANCE_MS + (after - before)) return ok('clock', "this machine's agrees with Cognito's");
    const off = `${describeDuration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'}`;
    return fault(
      'clock',
      `This machine's clock is ${off} Cognito's: good tokens look expired, or not valid yet.`,
      'Set the clock, and keep it by NTP: timedatectl set-ntp true',
    );
  } catch (error) {
    const reason = systemCode((error as Error).cause) ?? (error as Error).message;
    return fault(
      'cognito',
      `Cognito at ${endpoint} can't be reached: ${reason}.`,
      'See that it runs (`npm start` for the profile local) and that the network is up.',
    );
  }
}
