import { STATUS_CODES } from 'node:http';
import type { ClaimRule, RuleMembers } from '../auth/access-rules.js';
import { problem, problemResponses } from './openapi-problems.js';
import { describe, jsonSchema, parameters, type DescribedRoute, type Json } from './openapi-schemas.js';
import { revocationSeconds, routeKeyOf, type Route } from '../http/route.js';
import type { PoolsDocument } from './pools.js';

function titleOf(status: number) {
  return STATUS_CODES[status] ?? String(status);
}

function claimInWords({ name, values }: ClaimRule) {
  return `\`${name}\`${values ? ` of ${values.map((value) => `\`${value}\``).join(' or ')}` : ''}`;
}

function inWords({ pool, groups, scopes, claims, ownerOnly }: RuleMembers) {
  const group = groups ? ` in the group ${groups.map((name) => `\`${name}\``).join(' or ')}` : '';
  const scope = scopes ? ` with the scope ${scopes.map((name) => `\`${name}\``).join(' or ')}` : '';
  const claim = claims ? ` with the claim ${claims.map(claimInWords).join(' and ')}` : '';
  return `pool \`${pool}\`${group}${scope}${claim}${ownerOnly ? ', for what is their own' : ''}`;
}

/** Roles of an HTTP scheme may be named since OpenAPI 3.1 (section 4.8.30): here they are groups and scopes. */
function access({ allow, ...line }: DescribedRoute) {
  if (allow === 'everyone') return { description: 'Everyone may call it.', security: [] };
  const seconds = revocationSeconds(line);
  const revocation = seconds === undefined ? '' : ` A revoked token is refused within ${seconds} s.`;
  const tenancy =
    line.tenant === undefined ? '' : ` It works on the data of the caller's tenant, the claim \`${line.tenant}\`.`;
  return {
    description: `Who may call it: ${allow.map(inWords).join(', or ')}.${revocation}${tenancy}`,
    ...(line.tenant !== undefined && { 'x-tenant-claim': line.tenant }),
    ...(seconds !== undefined && { 'x-revocable-within-seconds': seconds }),
    security: allow.map(({ pool, groups = [], scopes = [] }) => ({ [pool]: [...groups, ...scopes] })),
    'x-allow': allow.map(({ pool, groups, scopes, claims, ownerOnly }) => ({
      pool,
      ...(groups && { groups }),
      ...(scopes && { scopes }),
      ...(claims && { claims }),
      ...(ownerOnly && { ownerOnly }),
    })),
  };
}

function responses({ responses: bodies, responseHeaders = {} }: DescribedRoute, components: Json) {
  return Object.entries(bodies).map(([status, schema]) => [
    status,
    {
      description: titleOf(Number(status)),
      headers: Object.fromEntries(
        ['X-Request-Id', ...(responseHeaders[Number(status)] ?? [])].map((name) => [
          name,
          { schema: { type: 'string' } },
        ]),
      ),
      ...(schema && { content: { 'application/json': { schema: jsonSchema(schema, 'output', components) } } }),
    },
  ]);
}

/** `GET /items/{id}` -> `getItemsId`; `GET /` -> `get`. */
function operationId(route: DescribedRoute) {
  const [first = '', ...words] = routeKeyOf(route).match(/\w+/g) ?? [];
  return first.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function operation(route: DescribedRoute, components: Json) {
  const described = parameters(route, components);
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...access(route),
    ...(described.length > 0 && { parameters: described }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(route.body, 'input', components) } },
      },
    }),
    responses: { ...Object.fromEntries(responses(route, components)), ...problemResponses(route, titleOf) },
  };
}

function securitySchemes(pools: PoolsDocument) {
  return Object.fromEntries(
    Object.keys(pools).map((pool) => [
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
  pools: PoolsDocument,
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
    components: { schemas, securitySchemes: securitySchemes(pools) },
  };
}
