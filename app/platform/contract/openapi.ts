import { STATUS_CODES } from 'node:http';
import type { RuleMembers } from '../auth/access-rules.js';
import { problem, problemResponses } from './openapi-problems.js';
import { describe, jsonSchema, parameters, type DescribedRoute, type Json } from './openapi-schemas.js';
import { routeKeyOf, type Route } from '../../api/routes.js';

function titleOf(status: number) {
  return STATUS_CODES[status] ?? String(status);
}

function inWords({ pool, groups, scopes }: RuleMembers) {
  const group = groups ? ` in the group ${groups.map((name) => `\`${name}\``).join(' or ')}` : '';
  const scope = scopes ? ` with the scope ${scopes.map((name) => `\`${name}\``).join(' or ')}` : '';
  return `pool \`${pool}\`${group}${scope}`;
}

/** Roles of an HTTP scheme may be named since OpenAPI 3.1 (section 4.8.30); groups and scopes are those here. */
function access({ allow }: DescribedRoute) {
  if (allow === 'everyone') return { description: 'Everyone may call it.', security: [] };
  return {
    description: `Who may call it: ${allow.map(inWords).join(', or ')}.`,
    security: allow.map(({ pool, groups = [], scopes = [] }) => ({ [pool]: [...groups, ...scopes] })),
    'x-allow': allow,
  };
}

function answers({ answers: bodies }: DescribedRoute, components: Json) {
  return Object.entries(bodies).map(([status, schema]) => [
    status,
    {
      description: titleOf(Number(status)),
      headers: {
        'X-Request-Id': { schema: { type: 'string' } },
        ...(status === '201' && { Location: { schema: { type: 'string' }, description: 'Where it is now' } }),
      },
      content: { 'application/json': { schema: jsonSchema(schema, 'output', components) } },
    },
  ]);
}

/** `GET /pizzas/{id}` -> `getPizzasId`; `GET /` -> `get`. */
function operationId(route: DescribedRoute) {
  const [first = '', ...words] = routeKeyOf(route).match(/\w+/g) ?? [];
  return first.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function operation(route: DescribedRoute, components: Json) {
  const taken = parameters(route, components);
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...access(route),
    ...(taken.length > 0 && { parameters: taken }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(route.body, 'input', components) } },
      },
    }),
    responses: { ...Object.fromEntries(answers(route, components)), ...problemResponses(route, titleOf) },
  };
}

function securitySchemes(routes: readonly Route[]) {
  const pools = routes.flatMap(({ allow }) => (allow === 'everyone' ? [] : allow.map(({ pool }) => pool)));
  return Object.fromEntries(
    [...new Set(pools)].map((pool) => [
      pool,
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: `An access token or ID token of the Cognito user pool \`${pool}\`.`,
      },
    ]),
  );
}

/** The content of `dist/openapi.json`: OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.1.html */
export async function openApiDocument(
  routes: readonly Route[],
  info: { title: string; version: string; description: string },
) {
  const schemas: Json = {};
  jsonSchema(problem, 'output', schemas);
  const paths: Record<string, Json> = {};
  for (const route of await Promise.all(routes.map(describe))) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, schemas);
  }
  return {
    openapi: '3.1.1',
    info: { ...info, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, securitySchemes: securitySchemes(routes) },
  };
}
