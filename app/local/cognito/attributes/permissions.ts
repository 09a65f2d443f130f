import { invalidParameter, notAuthorized } from '../errors.js';
import type { Client, Pool } from '../state/state.js';
import { MAINTAINED, schemaOf } from './schema.js';
import { nonconforming } from './values.js';

/**
 * Throws NotAuthorizedException where a user may not write one of the attributes through the client: what Cognito
 * maintains, what only administrators write, and what is missing in the client's WriteAttributes.
 */
export function checkWritable(pool: Pool, client: Client, names: Iterable<string>): void {
  const schema = schemaOf(pool);
  const isRefused = (name: string) =>
    name === 'sub' ||
    MAINTAINED.has(name) ||
    schema.get(name)?.developerOnly === true ||
    (client.writeAttributes && !client.writeAttributes.includes(name));
  if ([...names].some(isRefused)) throw notAuthorized('A client attempted to write unauthorized attribute');
}

/** Whether a user may read the attribute through the client. */
export const isReadable = ({ readAttributes }: Client, name: string) =>
  name === 'sub' || !readAttributes || readAttributes.includes(name);

/** Throws InvalidParameterException for an attribute that never changes once a user exists. */
export function checkMutable(pool: Pool, names: Iterable<string>): void {
  const schema = schemaOf(pool);
  const fixed = [...names].filter((name) => schema.get(name)?.mutable === false);
  if (fixed.length > 0)
    throw invalidParameter(fixed.map((name) => `user.${name}: Attribute cannot be updated.\n`).join(''));
}

/** The required attributes that are missing or empty. */
export const missingAttributes = (pool: Pool, attributes: ReadonlyMap<string, string>): string[] =>
  [...schemaOf(pool).values()]
    .filter(({ name, required }) => required && name !== 'sub' && (attributes.get(name) ?? '') === '')
    .map(({ name }) => name);

/** InvalidParameterException with Cognito's wording. */
export const requiredMissing = (names: readonly string[]) =>
  nonconforming(names.map((name) => `${name}: The attribute is required`));
