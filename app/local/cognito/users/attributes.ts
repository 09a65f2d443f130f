import { invalidParameter } from '../errors.js';
import type { Pool, User } from '../state/state.js';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const STANDARD = new Set(
  (
    'address birthdate email email_verified family_name gender given_name locale middle_name name nickname ' +
    'phone_number phone_number_verified picture preferred_username profile updated_at website zoneinfo'
  ).split(' '),
);

/** Name and value pairs as a map; throws InvalidParameterException for names that the pool's schema doesn't have. */
export function readAttributes(pool: Pool, pairs: { Name: string; Value?: string }[]): Map<string, string> {
  const stray = pairs.filter(({ Name }) => !STANDARD.has(Name) && !pool.customAttributes.includes(Name));
  if (stray.length > 0)
    throw invalidParameter(
      stray
        .map(
          ({ Name }) => `Attributes did not conform to the schema: ${Name}: Attribute does not exist in the schema.\n`,
        )
        .join(''),
    );
  return new Map(pairs.map(({ Name, Value }) => [Name, Value ?? '']));
}

/** As the API lists them, `sub` among them. */
export const writeAttributes = (user: User) =>
  [['sub', user.sub] as const, ...user.attributes].map(([Name, Value]) => ({ Name, Value }));
