import * as z from 'zod/mini';
import { IDEMPOTENCY_KEY } from '../http/input.js';
import { IF_MATCH } from '../http/preconditions.js';
import { routeKeyOf, type InputSchemas, type ResponseSchemas, type Route, type Schema } from '../http/route.js';

export type Json = Record<string, unknown>;

/** A route with its schemas loaded. */
export interface DescribedRoute extends Omit<Route, 'input' | 'responses'>, InputSchemas {
  readonly responses: ResponseSchemas;
}

/** Throws an Error that names the route where its headers and those of its schema differ: CORS follows the former. */
export async function describe({ input, responses, ...route }: Route): Promise<DescribedRoute> {
  const [schemas, bodies = {}] = await Promise.all([input?.(), responses?.()]);
  const { requestHeaders = [] } = route;
  const { properties = {} } = schemas?.headers ? jsonSchema(schemas.headers, 'output', {}) : {};
  const validated = Object.keys(properties as Json).toSorted();
  const listed = requestHeaders.map((name) => name.toLowerCase()).toSorted();
  if (validated.join() !== listed.join()) {
    throw new Error(
      `Route ${routeKeyOf(route)}: requestHeaders lists [${listed.join(', ')}], its schema has [${validated.join(', ')}].`,
    );
  }
  return { ...route, ...schemas, responses: bodies };
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

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description: string;
  readonly required: boolean;
  readonly schema: Json;
}

/** OpenAPI Parameter Objects, as they are once read: every one travels as text. */
export function parameters(route: DescribedRoute, components: Json): Parameter[] {
  const places = [
    ['path', route.params],
    ['query', route.query],
    ['header', route.headers],
  ] as const;
  return [
    ...places.flatMap(([place, schema]) => (schema ? parametersOf(place, schema, components) : [])),
    ...(route.params ? [] : undescribedPathParameters(route.path)),
    ...(route.idempotent
      ? [header(IDEMPOTENCY_KEY, false, 'The same key and input again have one effect, for 24 hours')]
      : []),
    ...(route.ifMatch ? [header(IF_MATCH, true, 'The ETag of the state to change')] : []),
  ];
}

function parametersOf(place: 'path' | 'query' | 'header', schema: Schema, components: Json): Parameter[] {
  const { properties = {}, required = [] } = jsonSchema(schema, 'output', components) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description = '', ...described }]) => ({
    name: place === 'header' ? headerName(name) : name,
    in: place,
    description: String(description),
    required: required.includes(name) && !('default' in described),
    schema: described,
  }));
}

function undescribedPathParameters(path: string): Parameter[] {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
  return names.map((name) => ({ name, in: 'path', description: '', required: true, schema: { type: 'string' } }));
}

function header(name: string, required: boolean, description: string): Parameter {
  return { name, in: 'header', description, required, schema: { type: 'string' } };
}

/** `x-api-version` -> `X-Api-Version`. */
function headerName(name: string) {
  return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
