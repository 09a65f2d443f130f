import type { AttributeSchema, Pool } from '../state/state.js';

type Standard = Pick<AttributeSchema, 'name' | 'type'> & Partial<AttributeSchema>;

const text = (name: string): Standard => ({ name, type: 'String', min: 0, max: 2048 });

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const STANDARD: ReadonlyMap<string, AttributeSchema> = new Map(
  [
    { ...text('sub'), min: 1, mutable: false, required: true },
    ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username'].map(text),
    ...['profile', 'picture', 'website', 'email'].map(text),
    { name: 'email_verified', type: 'Boolean' as const },
    text('gender'),
    { ...text('birthdate'), min: 10, max: 10 },
    ...['zoneinfo', 'locale', 'phone_number'].map(text),
    { name: 'phone_number_verified', type: 'Boolean' as const },
    text('address'),
    { name: 'updated_at', type: 'Number' as const, min: 0 },
    { name: 'identities', type: 'String' as const },
  ].map((attribute: Standard) => [
    attribute.name,
    { mutable: true, required: false, developerOnly: false, ...attribute },
  ]),
);

/** A standard attribute whose settings a pool may change; the others Cognito maintains itself. */
export const standardAttribute = (name: string): AttributeSchema | undefined =>
  MAINTAINED.has(name) ? undefined : STANDARD.get(name);

/** Attributes that Cognito maintains itself, beside `sub`. */
export const MAINTAINED: ReadonlySet<string> = new Set(['email_verified', 'phone_number_verified', 'identities']);

/** The attributes of the pool's users, by name. */
export const schemaOf = (pool: Pool): ReadonlyMap<string, AttributeSchema> =>
  new Map([...STANDARD, ...pool.schema.map((attribute) => [attribute.name, attribute] as const)]);

/** As DescribeUserPool lists them. */
export const describeSchema = (pool: Pool) => [...schemaOf(pool).values()].map(describe);

const describe = ({ name, type, developerOnly, mutable, required, min, max }: AttributeSchema) => ({
  Name: name,
  AttributeDataType: type,
  DeveloperOnlyAttribute: developerOnly,
  Mutable: mutable,
  Required: required,
  ...(type === 'String' && { StringAttributeConstraints: { MinLength: min?.toString(), MaxLength: max?.toString() } }),
  ...(type === 'Number' && { NumberAttributeConstraints: { MinValue: min?.toString(), MaxValue: max?.toString() } }),
});
