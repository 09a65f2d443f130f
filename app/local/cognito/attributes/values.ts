import { invalidParameter } from '../errors.js';
import type { Address, AttributeSchema, Pool } from '../state/state.js';
import { schemaOf } from './schema.js';

export const isEmail = (value: string) =>
  /^[^\s@<>()[\],;:"\\]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$/u.test(value);

/** E.164: a plus sign and at most 15 digits. */
export const isPhoneNumber = (value: string) => /^\+[1-9][0-9]{1,14}$/u.test(value);

export const isAddress: Readonly<Record<Address, (value: string) => boolean>> = {
  email: isEmail,
  phone_number: isPhoneNumber,
};

const DATE = /^(?<date>\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/u;

/** ISO 8601, of a day that exists. */
function isDate(value: string): boolean {
  const { date } = DATE.exec(value)?.groups ?? {};
  if (date === undefined || Number.isNaN(Date.parse(value))) return false;
  return new Date(Date.parse(date)).toISOString().startsWith(date);
}

/**
 * Name and value pairs as a map, in which an empty value stands for no value. Throws InvalidParameterException for a name
 * that is not in the pool's schema, and for a value that is not of the attribute's type, format or length.
 */
export function readAttributes(pool: Pool, pairs: readonly { Name: string; Value?: string }[]): Map<string, string> {
  const schema = schemaOf(pool);
  const problems = pairs.flatMap(({ Name, Value = '' }) => problemWith(schema.get(Name), Name, Value) ?? []);
  if (problems.length > 0) throw nonconforming(problems);
  const attributes = new Map(pairs.map(({ Name, Value = '' }) => [Name, normalised(schema.get(Name), Value)]));
  checkFormats(attributes);
  return attributes;
}

/** InvalidParameterException with Cognito's wording. */
export const nonconforming = (problems: readonly string[]) =>
  invalidParameter(`Attributes did not conform to the schema: ${problems.map((problem) => `${problem}\n`).join('')}`);

function problemWith(attribute: AttributeSchema | undefined, name: string, value: string): string | undefined {
  if (!attribute || name === 'sub' || name === 'identities') return `${name}: Attribute does not exist in the schema.`;
  if (value === '') return undefined;
  const problem = problemOfType[attribute.type](value, attribute);
  return problem === undefined ? undefined : `${name}: ${problem}`;
}

type Check = (value: string, attribute: AttributeSchema) => string | undefined;

const problemOfType: Readonly<Record<AttributeSchema['type'], Check>> = {
  String: (value, { min = 0, max = 2048 }) => {
    if (value.length < min) return `String must be at least ${min} characters long`;
    return value.length > max ? `String must be no longer than ${max} characters` : undefined;
  },
  Number: (value, { min = -Infinity, max = Infinity }) => {
    if (!/^[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?$/u.test(value)) return 'Attribute value must be a number';
    if (Number(value) < min) return `Number must be at least ${min}`;
    return Number(value) > max ? `Number must be at most ${max}` : undefined;
  },
  DateTime: (value) => (isDate(value) ? undefined : 'Attribute value must be a date in ISO 8601'),
  Boolean: (value) => (/^(?:true|false)$/iu.test(value) ? undefined : 'Attribute value must be true or false'),
};

const normalised = (attribute: AttributeSchema | undefined, value: string) =>
  attribute?.type === 'Boolean' ? value.toLowerCase() : value;

/** The formats of standard attributes, which the schema doesn't show. */
function checkFormats(attributes: ReadonlyMap<string, string>): void {
  const { email, phone_number, birthdate } = Object.fromEntries(attributes);
  if (email && !isEmail(email)) throw invalidParameter('Invalid email address format.');
  if (phone_number && !isPhoneNumber(phone_number)) throw invalidParameter('Invalid phone number format.');
  if (birthdate && !isDate(birthdate)) throw invalidParameter('Invalid birthdate format. Expected YYYY-MM-DD.');
}
