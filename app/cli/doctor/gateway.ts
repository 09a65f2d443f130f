import { readFileSync } from 'node:fs';
import type { Api, GetAuthorizerCommandOutput, Integration, Route } from '@aws-sdk/client-apigatewayv2';
import type { AuthorizerDocument } from '../../platform/contract/authorizer.js';
import type { GatewayRoute } from '../../platform/contract/gateway.js';
import type { Profile } from '../../platform/contract/profile.js';
import { clientOptions, instrument } from '../aws/clients.js';
import type { Terminal } from '../terminal/terminal.js';

/** A route of `dist/gateway.json`, and what `dist/authorizer.json` says of it. */
export interface PlannedRoute extends Readonly<GatewayRoute> {
  /** How long the access authorizer's answers may be kept; null where it has no place. */
  readonly accessTtlSeconds: number | null;
}

/** An HTTP API as API Gateway describes it. */
export interface Gateway {
  readonly api: Pick<Api, 'CorsConfiguration' | 'DisableExecuteApiEndpoint'>;
  readonly routes: readonly Route[];
  /** Those that routes name. */
  readonly authorizers: readonly GetAuthorizerCommandOutput[];
  readonly integrations: readonly Integration[];
}

/** The routes as the build planned them; undefined if it has not run. */
export function readPlan(dist: URL): PlannedRoute[] | undefined {
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, dist), 'utf8'));
  try {
    const { routes } = read('gateway.json') as { routes: GatewayRoute[] };
    const guarded = (read('authorizer.json') as AuthorizerDocument).routes;
    const ttls = new Map(guarded.map(({ routeKey, ttlSeconds }) => [routeKey, ttlSeconds]));
    return routes.map((route) => Object.assign(route, { accessTtlSeconds: ttls.get(route.routeKey) ?? null }));
  } catch {
    return undefined;
  }
}

/** The id of the profile's HTTP API, which `execute-api` host names begin with; undefined if the profile has none. */
export function apiIdOf({ apiId, apiUrl }: Profile): string | undefined {
  return apiId ?? /^([a-z0-9]+)\.execute-api\./.exec(new URL(apiUrl).hostname)?.[1];
}

/** Throws Failures. */
export async function readGateway({ region }: Profile, ApiId: string, terminal: Terminal): Promise<Gateway> {
  const { sdk, client } = await openGateway(region, terminal);
  const api = await client.send(new sdk.GetApiCommand({ ApiId }));
  const routes = await readPages((NextToken) => client.send(new sdk.GetRoutesCommand({ ApiId, NextToken })));
  const ids = new Set(routes.map(({ AuthorizerId }) => AuthorizerId).filter((id) => id !== undefined));
  return {
    api,
    routes,
    authorizers: await Promise.all(
      Array.from(ids, (AuthorizerId) => client.send(new sdk.GetAuthorizerCommand({ ApiId, AuthorizerId }))),
    ),
    integrations: await readPages((NextToken) => client.send(new sdk.GetIntegrationsCommand({ ApiId, NextToken }))),
  };
}

/** What the routes of an HTTP API lead to. Throws Failures. */
export async function readIntegrations({ region }: Profile, ApiId: string, terminal: Terminal): Promise<Integration[]> {
  const { sdk, client } = await openGateway(region, terminal);
  return readPages((NextToken) => client.send(new sdk.GetIntegrationsCommand({ ApiId, NextToken })));
}

async function openGateway(region: string, terminal: Terminal) {
  const sdk = await import('@aws-sdk/client-apigatewayv2');
  const client = new sdk.ApiGatewayV2Client(clientOptions(region));
  instrument(client, { service: 'API Gateway', terminal, signsAsOperator: true });
  return { sdk, client };
}

async function readPages<T>(
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
