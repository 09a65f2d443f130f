import { readFileSync } from 'node:fs';
import type { Api, GetAuthorizerCommandOutput, Integration, Route } from '@aws-sdk/client-apigatewayv2';
import { clientSettings, instrument } from '../aws/client.js';
import type { Profile } from '../state/profile.js';
import type { Terminal } from '../terminal/terminal.js';

/** A route as `dist/gateway.json` has it: what the build says that the gateway should do. */
export interface PlannedRoute {
  readonly routeKey: string;
  /** The pool whose authorizer guards it; null lets everyone through to the app. */
  readonly pool: string | null;
  readonly scopes: readonly string[];
}

/** An HTTP API as API Gateway describes it. */
export interface Gateway {
  readonly api: Pick<Api, 'CorsConfiguration'>;
  readonly routes: readonly Route[];
  /** Those that some route names. */
  readonly authorizers: readonly GetAuthorizerCommandOutput[];
  readonly integrations: readonly Integration[];
}

/** What the build wrote; undefined where it has not. */
export function readPlan(dist: URL): PlannedRoute[] | undefined {
  try {
    const { routes } = JSON.parse(readFileSync(new URL('gateway.json', dist), 'utf8')) as {
      routes: PlannedRoute[];
    };
    return routes;
  } catch {
    return undefined;
  }
}

/** The HTTP API behind the profile, if it is one; `execute-api` names carry the id. */
export function apiIdOf({ apiId, apiUrl }: Profile): string | undefined {
  return apiId ?? /^([a-z0-9]+)\.execute-api\./.exec(new URL(apiUrl).hostname)?.[1];
}

/** Throws Failures. */
export async function readGateway(profile: Profile, ApiId: string, terminal: Terminal): Promise<Gateway> {
  const sdk = await import('@aws-sdk/client-apigatewayv2');
  const client = new sdk.ApiGatewayV2Client(clientSettings(profile, 'other'));
  instrument(client, 'API Gateway', terminal);
  const api = await client.send(new sdk.GetApiCommand({ ApiId }));
  const routes = await allOf((NextToken) => client.send(new sdk.GetRoutesCommand({ ApiId, NextToken })));
  const ids = new Set(routes.map(({ AuthorizerId }) => AuthorizerId).filter((id) => id !== undefined));
  return {
    api,
    routes,
    authorizers: await Promise.all(
      Array.from(ids, (AuthorizerId) => client.send(new sdk.GetAuthorizerCommand({ ApiId, AuthorizerId }))),
    ),
    integrations: await allOf((NextToken) => client.send(new sdk.GetIntegrationsCommand({ ApiId, NextToken }))),
  };
}

async function allOf<T>(
  read: (next: string | undefined) => Promise<{ Items?: T[] | undefined; NextToken?: string | undefined }>,
) {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const page = await read(next);
    items.push(...(page.Items ?? []));
    next = page.NextToken;
  } while (next);
  return items;
}
