import { readFileSync } from 'node:fs';
import type { RuleMembers } from '../../platform/auth/access-rules.js';
import { Failure } from '../failure.js';

/** As much of JSON Schema (draft 2020-12) as inputs are made from. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
}

/** The parts of `openapi.json` that say who may call what, and with what. */
export interface OpenApi {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

interface Operation {
  readonly 'x-allow'?: readonly RuleMembers[];
  readonly 'x-revocable-within-seconds'?: number;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** A route of the API that was built. */
export interface ApiRoute {
  /** `GET /orders/{id}` */
  readonly routeKey: string;
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly allow: 'everyone' | readonly RuleMembers[];
  readonly isRevocable: boolean;
  readonly needsIfMatch: boolean;
  /** Of the JSON that it takes; undefined where it takes none. */
  readonly body: JsonSchema | undefined;
  readonly parameters: Readonly<Record<string, JsonSchema>>;
  /** Those that its document lists. */
  readonly statuses: readonly number[];
}

/** Throws `not_built`. */
export function readOpenApi(dist: URL): OpenApi {
  try {
    return JSON.parse(readFileSync(new URL('openapi.json', dist), 'utf8')) as OpenApi;
  } catch (cause) {
    throw new Failure('unexpected', 'not_built', {
      message: 'There is no dist/openapi.json, which says what to check.',
      hint: 'npm run build',
      cause,
    });
  }
}

export function routesOf({ paths }: OpenApi): ApiRoute[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([name, operation]) => {
      const { parameters = [], requestBody, responses } = operation;
      const method = name.toUpperCase();
      return {
        routeKey: `${method} ${path}`,
        method,
        path,
        allow: operation['x-allow'] ?? ('everyone' as const),
        isRevocable: operation['x-revocable-within-seconds'] !== undefined,
        needsIfMatch: parameters.some((each) => each.in === 'header' && each.name === 'If-Match'),
        body: requestBody?.content['application/json']?.schema,
        parameters: Object.fromEntries(
          parameters.filter((each) => each.in === 'path').map((each) => [each.name, each.schema]),
        ),
        statuses: Object.keys(responses).map(Number),
      };
    }),
  );
}

/** Whose tokens the guard of a route takes; none for a route that everyone may call. */
export function poolsOf({ allow }: ApiRoute): string[] {
  return allow === 'everyone' ? [] : [...new Set(allow.map(({ pool }) => pool))];
}
