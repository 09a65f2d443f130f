import * as z from 'zod/mini';
import type { InputSchemas, Schema } from '../http/input.js';
import type { Answers, Route } from '../../api/routes.js';

export type Json = Record<string, unknown>;

/** A route with its schemas at hand. */
export interface DescribedRoute extends Omit<Route, 'input' | 'answers'>, InputSchemas {
  readonly answers: Answers;
}

export async function describe({ input, answers, ...route }: Route): Promise<DescribedRoute> {
  const [taken, given = {}] = await Promise.all([input?.(), answers?.()]);
  return { ...route, ...taken, answers: given };
}

/** What of a schema goes into the document: what comes in (`input`), or what comes out of it. */
type Direction = 'input' | 'output';

/** Schemas that have an id are moved to `components`, which gathers them. */
export function jsonSchema(schema: Schema, io: Direction, components: Json): Json {
  const {
    $schema: _dialect,
    $defs = {},
    ...rest
  } = z.toJSONSchema(schema, {
    io,
    // What a format says already.
    override: ({ jsonSchema: made }) => void (made.format && delete made.pattern),
  });
  const moved = (part: unknown) =>
    JSON.parse(JSON.stringify(part).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
  Object.assign(components, moved($defs));
  return moved(rest);
}

/** OpenAPI Parameter Objects: how they are read, as text is how every one travels. */
export function parameters({ params, query, headers }: InputSchemas, components: Json) {
  const places = [
    ['path', params],
    ['query', query],
    ['header', headers],
  ] as const;
  return places.flatMap(([place, schema]) => {
    if (!schema) return [];
    const { properties = {}, required = [] } = jsonSchema(schema, 'output', components) as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, { description = '', ...described }]) => ({
      name: place === 'header' ? headerName(name) : name,
      in: place,
      description,
      required: required.includes(name) && !('default' in described),
      schema: described,
    }));
  });
}

/** `idempotency-key` -> `Idempotency-Key`. */
function headerName(name: string) {
  return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
