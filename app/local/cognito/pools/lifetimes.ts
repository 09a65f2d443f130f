import { invalidParameter } from '../errors.js';
import type { Lifetimes } from '../state/state.js';

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof SECONDS;

interface Asked {
  AccessTokenValidity?: number;
  IdTokenValidity?: number;
  RefreshTokenValidity?: number;
  TokenValidityUnits?: { AccessToken?: Unit; IdToken?: Unit; RefreshToken?: Unit };
}

/**
 * How long a client's tokens live: access and ID tokens 5 minutes to 1 day, 1 hour unless asked otherwise; refresh
 * tokens 1 hour to 10 years, 30 days unless asked otherwise, or asked for 0. Throws InvalidParameterException.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TokenValidityUnitsType.html
 */
export function lifetimesFrom(asked: Asked): Lifetimes {
  const units = asked.TokenValidityUnits ?? {};
  return {
    access: lifetime('access', asked.AccessTokenValidity, units.AccessToken ?? 'hours', ONE_HOUR, SHORT),
    id: lifetime('id', asked.IdTokenValidity, units.IdToken ?? 'hours', ONE_HOUR, SHORT),
    refresh: lifetime(
      'refresh',
      asked.RefreshTokenValidity || undefined,
      units.RefreshToken ?? 'days',
      30 * 86_400,
      LONG,
    ),
  };
}

const ONE_HOUR = 3600;
const SHORT = [300, 86_400] as const;
const LONG = [3600, 315_360_000] as const;

type Range = readonly [least: number, most: number];

function lifetime(token: string, amount: number | undefined, unit: Unit, usual: number, [least, most]: Range): number {
  if (amount === undefined) return usual;
  const seconds = amount * SECONDS[unit];
  if (seconds >= least && seconds <= most) return seconds;
  throw invalidParameter(`Invalid range for token validity: ${token} token, from ${least} to ${most} seconds.`);
}
