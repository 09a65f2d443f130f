import { missingAttributes } from '../attributes/permissions.js';
import { readAttributes } from '../attributes/values.js';
import { invalidParameter } from '../errors.js';
import { verifiedByCode } from '../accounts/settings.js';
import type { Pool } from '../state/state.js';
import { MFA_ENABLED, USERNAME } from './csv.js';

const MAX_ROW_CHARS = 16_000;

/**
 * The user that a row of values describes. Throws InvalidParameterException for what Cognito doesn't import.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-csv-header.html
 */
export function readRow(pool: Pool, columns: readonly string[], values: readonly string[]) {
  if (values.join(',').length > MAX_ROW_CHARS)
    throw invalidParameter(`The row has more than ${MAX_ROW_CHARS} characters.`);
  if (values.length !== columns.length)
    throw invalidParameter(`The row has ${values.length} values instead of ${columns.length}.`);
  const row = new Map(columns.map((column, index) => [column, values[index] ?? '']));
  const name = row.get(USERNAME) ?? '';
  if (name === '' || /\s/u.test(name)) throw invalidParameter(`${USERNAME} is missing, or has white space.`);
  checkMfa(pool, row.get(MFA_ENABLED) ?? '');
  const given = [...row].filter(([column, value]) => column !== USERNAME && column !== MFA_ENABLED && value !== '');
  const attributes = readAttributes(
    pool,
    given.map(([Name, value]) => ({ Name, Value: Name === 'birthdate' ? isoDate(value) : value })),
  );
  checkVerified(pool, attributes);
  const missing = missingAttributes(pool, attributes);
  if (missing.length > 0) throw invalidParameter(`${missing.join(', ')} is required.`);
  return { name, attributes };
}

/** `false` where the pool has MFA off, `true` where it requires it. */
function checkMfa({ mfa }: Pool, value: string): void {
  const permitted = { OFF: ['false'], ON: ['true'], OPTIONAL: ['true', 'false'] }[mfa?.configuration ?? 'OFF'];
  if (!permitted.includes(value.toLowerCase()))
    throw invalidParameter(`${MFA_ENABLED} must be ${permitted.join(' or ')}.`);
}

/** One of the attributes that the pool verifies must be verified, and be there. */
function checkVerified(pool: Pool, attributes: ReadonlyMap<string, string>): void {
  const verified = verifiedByCode(pool).filter((attribute) => attributes.get(`${attribute}_verified`) === 'true');
  if (verified.length === 0)
    throw invalidParameter(`${verifiedByCode(pool).join(' or ')} must be verified: the password is reset by it.`);
  const absent = verified.find((attribute) => !attributes.has(attribute));
  if (absent !== undefined) throw invalidParameter(`${absent} is missing, although it is verified.`);
}

/** `mm/dd/yyyy` as the attribute has it, `yyyy-mm-dd`. */
function isoDate(value: string): string {
  const { month, day, year } = /^(?<month>\d{2})\/(?<day>\d{2})\/(?<year>\d{4})$/u.exec(value)?.groups ?? {};
  if (year === undefined) throw invalidParameter('birthdate must have the format mm/dd/yyyy.');
  return `${year}-${month}-${day}`;
}
