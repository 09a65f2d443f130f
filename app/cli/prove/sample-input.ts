import type { JsonSchema } from '../calls/routes.js';

/** Finds the id of something that exists, by the name that a member has: `items` for `{ "items": [{ "id" }] }`. */
export type FindId = (name: string) => Promise<string | undefined>;

/** In the form of UUID version 7, and nothing's id. */
export const NO_ID = '01900000-0000-7000-8000-000000000000';

const TEXTS = [
  'prove',
  'Prove',
  'prove-1',
  'PROVE',
  '1',
  'a',
  '2026-01-01',
  '2026-01-01T00:00:00Z',
  'prove@prove.invalid',
];

/** A value that a JSON Schema accepts, as far as one can be made: its required members, else one; the shortest lists; an example first. */
export async function sampleOf(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  findId: FindId = () => Promise.resolve(undefined),
  names: readonly string[] = [],
): Promise<unknown> {
  const make = (inner: JsonSchema, ...name: string[]) => sampleOf(inner, schemas, findId, [...names, ...name]);
  if (schema.$ref !== undefined) return make(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const [given] = schema.const === undefined ? (schema.examples ?? schema.enum ?? []) : [schema.const];
  if (given !== undefined) return given;
  const [alternative] = schema.anyOf ?? [];
  if (alternative) return make(alternative);
  if (schema.type === 'object') {
    const properties = Object.entries(schema.properties ?? {});
    const required = properties.filter(([name]) => schema.required?.includes(name));
    // A change of nothing is often refused.
    const members = required.length > 0 ? required : properties.slice(0, 1);
    const made: [string, unknown][] = [];
    for (const [name, member] of members) made.push([name, await make(member, name)]);
    return Object.fromEntries(made);
  }
  if (schema.type === 'array') {
    const count = schema.minItems ?? 0;
    return count === 0 || !schema.items ? [] : Array<unknown>(count).fill(await make(schema.items));
  }
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return true;
  return schema.type === 'string' ? textOf(schema, names, findId) : null;
}

async function textOf({ format, pattern, minLength = 0 }: JsonSchema, names: readonly string[], findId: FindId) {
  if (format === 'uuid') return (await findId(referenceOf(names))) ?? NO_ID;
  const padded = TEXTS.map((text) => text.padEnd(minLength, 'x'));
  if (format === 'date') return '2026-01-01';
  if (format === 'date-time') return '2026-01-01T00:00:00Z';
  if (format === 'email') return 'prove@prove.invalid';
  if (pattern === undefined) return padded[0];
  const expression = new RegExp(pattern, 'u');
  return padded.find((text) => expression.test(text)) ?? padded[0];
}

/** `items` for the member `id` of `items`, and for `itemId`. */
function referenceOf(names: readonly string[]): string {
  const [parent = '', name = ''] = names.slice(-2);
  const [, subject] = /^(\w+?)_?[iI]d$/.exec(name) ?? [];
  return subject === undefined ? parent : `${subject}s`;
}
