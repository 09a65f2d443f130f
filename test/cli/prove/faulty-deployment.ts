import { randomUUID } from 'node:crypto';
import * as lambdaSdk from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import express, { type RequestHandler } from 'express';
import pino from 'pino';
import * as z from 'zod/mini';
import { fetchApi } from '../../../app/cli/calls/api-call.js';
import { invokeFunction } from '../../../app/cli/calls/invocation.js';
import { routesOf, type OpenApi } from '../../../app/cli/calls/routes.js';
import type { Gateway } from '../../../app/cli/doctor/gateway.js';
import type { ReportFinding, ReportRoute } from '../../../app/cli/prove/access-report.js';
import type { Caller, Holder } from '../../../app/cli/prove/caller.js';
import { gatewayFindings, originFindings } from '../../../app/cli/prove/findings.js';
import { callRoutes, type Sender } from '../../../app/cli/prove/matrix.js';
import { createObjects } from '../../../app/cli/prove/objects.js';
import { provedRoutes } from '../../../app/cli/prove/plan.js';
import { readClaims } from '../../../app/cli/session/session.js';
import { createGuard } from '../../../app/platform/auth/guard.js';
import { startPoolKeys } from '../../../app/platform/auth/pool-keys.js';
import { createPool, type TokenUse } from '../../../app/platform/auth/pool.js';
import { authorizerDocument } from '../../../app/platform/contract/authorizer.js';
import { gatewayDocument } from '../../../app/platform/contract/gateway.js';
import { openApiDocument } from '../../../app/platform/contract/openapi.js';
import { createApp } from '../../../app/platform/http/app.js';
import { Problem } from '../../../app/platform/http/problem.js';
import { respond, routesFor, routeKeyOf, type Resource, type Route } from '../../../app/platform/http/route.js';
import { createHandler, lambdaRequestHooks } from '../../../app/platform/lambda/handler.js';
import { access, customers, staff } from '../../harness/fixture-api/access.js';
import { startIssuer, type Issuer } from '../../harness/issuer.js';
import type { JwtAuthorizerSettings } from '../../lambda/gateway/authorizer.js';
import { startHttpApi } from '../../lambda/gateway/http-api.js';
import type { Route as GatewayRoute } from '../../lambda/gateway/route.js';

interface Note {
  readonly id: string;
  readonly owner: { readonly pool: string; readonly subject: string };
}
type Notes = Map<string, Note>;

const note = z.strictObject({ id: z.uuid() });
const { route, resourceRoute } = routesFor<Notes>();
const noteById: Resource<Notes, { id: string }, Note> = {
  load: ({ params: { id }, services }) => Promise.resolve(services.get(id)),
  ownerOf: ({ owner }) => owner,
  versionOf: () => 1,
  notFound: new Problem({ status: 404, code: 'not_found', detail: 'There is no such note.' }),
};
const line = {
  summary: 'For the tests',
  responses: async () => ({ 200: z.array(z.string()) }),
  handle: () => respond(200, ['done']),
};

/** Routes of every kind that the gateway and the app tell apart. */
const ROUTES: readonly Route<Notes>[] = [
  route({ ...line, method: 'GET', path: '/open', allow: 'everyone' }),
  route({ ...line, method: 'GET', path: '/', allow: [customers] }),
  route({ ...line, method: 'GET', path: '/shared', allow: [customers, staff] }),
  route({ ...line, method: 'GET', path: '/tenant', allow: [customers.claim('tenant')] }),
  route({ ...line, method: 'GET', path: '/chefs', allow: [staff.group('chefs')] }),
  route({ ...line, method: 'GET', path: '/machines', allow: [staff.scope('items.write')] }),
  route({
    method: 'POST',
    path: '/notes',
    allow: [customers],
    summary: 'Add a note',
    idempotent: true,
    input: async () => ({ body: z.strictObject({ text: z.string() }) }),
    responses: async () => ({ 201: note }),
    responseHeaders: { 201: ['Location'] },
    handle: ({ caller: { pool, subject }, services }) => {
      const id = randomUUID();
      services.set(id, { id, owner: { pool, subject } });
      return respond(201, { id }, { Location: `/notes/${id}` });
    },
  }),
  resourceRoute(noteById, {
    method: 'GET',
    path: '/notes/{id}',
    allow: [customers.owner(), staff],
    summary: 'One note',
    input: async () => ({ params: z.object({ id: z.uuid() }) }),
    responses: async () => ({ 200: note }),
    handle: ({ resource: { id } }) => respond(200, { id }),
  }),
];

/** What is deployed, where it differs from what was built; by default nowhere. */
export interface Fault {
  /** Lines of the app by route. */
  readonly allow?: Readonly<Record<string, Route['allow']>>;
  readonly tokenUse?: readonly TokenUse[];
  /** In front of the app. */
  readonly middleware?: RequestHandler;
  readonly gatewayRoutes?: (routes: readonly GatewayRoute[]) => readonly GatewayRoute[];
  readonly authorizers?: (authorizers: Authorizers) => Authorizers;
  readonly allowOrigins?: readonly string[];
}
type Authorizers = Readonly<Record<'customers' | 'staff', JwtAuthorizerSettings>>;

export interface Proof {
  readonly routes: readonly ReportRoute[];
  readonly findings: readonly ReportFinding[];
}

/** Two pools, and what each kind of caller holds of them: the customers' pool takes access tokens alone. */
export interface Pools {
  prove(fault?: Fault): Promise<Proof>;
  close(): Promise<unknown>;
}

const TOKEN_USE = ['access'] as const;
const documents = { ...access.document, customers: { ...access.document.customers, tokenUse: TOKEN_USE } };

export async function startPools(): Promise<Pools> {
  const issuers = { customers: await startIssuer('customers'), staff: await startIssuer('staff') };
  const strange = await startIssuer('customers');
  const callers = callersOf(issuers, strange);
  const document = (await openApiDocument(ROUTES, documents as never, {
    title: '',
    version: '',
    description: '',
  })) as unknown as OpenApi;
  const planned = gatewayDocument(ROUTES).routes;
  const ttls = new Map(
    authorizerDocument(ROUTES, documents as never).routes.map((each) => [each.routeKey, each.ttlSeconds]),
  );
  const plan = planned.map((each) => Object.assign({ accessTtlSeconds: ttls.get(each.routeKey) ?? null }, each));
  const routes = provedRoutes(routesOf(document), plan);

  return {
    async prove(fault = {}) {
      const deployment = await deploy(issuers, planned, fault);
      const { senders, gateway } = deployment;
      const direct = senders.find(({ check }) => check === 'app') as Sender;
      const schemas = document.components.schemas;
      const shared = { routes, callers, schemas, pools: documents as never };
      const objects = createObjects({ ...shared, send: direct.send, newKey: randomUUID, record: () => undefined });
      await objects.make();
      const options = { isAccessOn: false, readOnly: false, signal: new AbortController().signal };
      const conceal = (text: string) => text;
      const called = await callRoutes({ ...shared, ...options, objects, senders, conceal });
      await deployment.close();
      const pools = Object.entries(issuers).map(([name, { pool, clientId }]) => {
        return [name, { issuer: pool.issuer, clientIds: [clientId] }] as const;
      });
      const expected = { routes, plan, profileName: 'cloud', pools: new Map(pools) };
      return { routes: called, findings: [...gatewayFindings(gateway, expected), ...originFindings(called)] };
    },
    close: () => Promise.all([issuers.customers, issuers.staff, strange].map((issuer) => issuer.close())),
  };
}

type Issuers = Readonly<Record<'customers' | 'staff', Issuer>>;

/** The app behind the gateway, both in this process; the function is invoked by the SDK's commands. */
async function deploy(issuers: Issuers, planned: readonly GatewayRoute[], fault: Fault) {
  const { allow = {}, tokenUse = TOKEN_USE, middleware, allowOrigins = [] } = fault;
  const log = pino({ level: 'silent' });
  const trusted = startPoolKeys(
    Object.entries(issuers).map(([name, { pool, clientId }]) =>
      createPool(name, {
        userPoolId: pool.userPoolId,
        clientIds: [clientId],
        jwksUri: pool.jwksUri,
        ...(name === 'customers' && { tokenUse }),
      }),
    ),
    { refreshSeconds: 600, log },
  );
  const app = createApp<Notes>({
    routes: ROUTES.map(
      (each) => Object.assign({}, each, { allow: allow[routeKeyOf(each)] ?? each.allow }) as Route<Notes>,
    ),
    services: new Map(),
    guard: createGuard({ pools: trusted, declared: access.document, log }),
    realm: 'fixture',
    log,
    requestId: lambdaRequestHooks.requestId,
  });
  const handler = createHandler({ app: middleware ? wrapped(middleware, app) : app, log });
  const context = { getRemainingTimeInMillis: () => 10_000, awsRequestId: randomUUID() } as Context;
  const invoke = (event: unknown) => handler(event, context);

  const { gatewayRoutes = (all) => all, authorizers: change = (all) => all } = fault;
  const routes = gatewayRoutes(planned);
  const authorizers = change({ customers: settingsOf(issuers.customers), staff: settingsOf(issuers.staff) });
  const api = await startHttpApi({ routes, authorizers, invoke });
  const client = {
    async send({ input }: lambdaSdk.InvokeCommand) {
      const Payload = Buffer.from(input.Payload as Uint8Array).toString();
      return { Payload: Buffer.from(JSON.stringify(await invoke(JSON.parse(Payload)))) };
    },
  };
  const lambda = { sdk: lambdaSdk, client: client as unknown as lambdaSdk.LambdaClient, name: 'fixture' };
  const senders: Sender[] = [
    { check: 'gateway', send: (call) => fetchApi(api.url, call) },
    {
      check: 'app',
      async send(call) {
        const {
          status = 0,
          headers = {},
          body = '',
        } = await invokeFunction(lambda, 'live', { ...call, client: 'prove' });
        return { status, headers, body };
      },
    },
  ];
  return {
    senders,
    gateway: describeGateway(routes, authorizers, allowOrigins),
    async close() {
      for (const { keys } of trusted) keys.close();
      await api.close();
    },
  };
}

function wrapped(middleware: RequestHandler, app: ReturnType<typeof express>) {
  const outer = express().disable('x-powered-by').use(middleware, app);
  return outer;
}

function settingsOf({ pool, clientId }: Issuer): JwtAuthorizerSettings {
  return { issuer: pool.issuer, audience: [clientId], jwksUri: pool.jwksUri };
}

/** As API Gateway would describe it. */
function describeGateway(
  routes: readonly GatewayRoute[],
  authorizers: Authorizers,
  AllowOrigins: readonly string[],
): Gateway {
  return {
    api: { CorsConfiguration: { AllowOrigins: [...AllowOrigins] } },
    routes: routes.map(({ routeKey, pool, scopes }) => ({
      RouteKey: routeKey,
      Target: '',
      AuthorizationType: pool === null ? 'NONE' : 'JWT',
      ...(pool !== null && { AuthorizerId: pool, AuthorizationScopes: [...scopes] }),
    })),
    authorizers: Object.entries(authorizers).map(([Name, { issuer, audience }]) => ({
      $metadata: {},
      AuthorizerId: Name,
      Name,
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: issuer, Audience: [...audience] },
    })),
    integrations: [],
  };
}

function callersOf({ customers, staff }: Issuers, strange: Issuer): Caller[] {
  const holderOf = (pool: string, token: string, isOwner = false): Holder => {
    const payload = readClaims(token) as Record<string, unknown>;
    const { scope, username, token_use: use, 'cognito:groups': groups } = payload;
    return {
      pool,
      use: use as Holder['use'],
      isPerson: username !== undefined || 'cognito:username' in payload,
      groups: (groups ?? []) as string[],
      scopes: typeof scope === 'string' ? scope.split(' ') : [],
      payload,
      isRevoked: false,
      isOwner,
    };
  };
  const trusted = (name: string, pool: string, token: string, isOwner?: boolean): Caller => {
    return { name, description: name, authorization: `Bearer ${token}`, holder: holderOf(pool, token, isOwner) };
  };
  const untrusted = (name: string, token: string): Caller => {
    return { name, description: name, authorization: `Bearer ${token}`, holder: 'untrusted' };
  };
  const person = () => ({ sub: randomUUID() });
  const machine = { username: undefined, scope: 'fixture-api/items.write' };
  return [
    { name: 'no token', description: '', authorization: undefined, holder: 'nobody' },
    untrusted('another pool', strange.accessToken()),
    untrusted('customers, other client', customers.accessToken({ client_id: 'another' })),
    trusted('customers, access token', 'customers', customers.accessToken(person())),
    trusted('customers, ID token', 'customers', customers.idToken(person())),
    trusted(
      'customers with tenant, access token',
      'customers',
      customers.accessToken({ ...person(), 'custom:tenant': 'a' }),
    ),
    trusted('customers, owner', 'customers', customers.accessToken(person()), true),
    trusted('staff, access token', 'staff', staff.accessToken(person())),
    trusted('staff in chefs, access token', 'staff', staff.accessToken({ ...person(), 'cognito:groups': ['chefs'] })),
    trusted('staff, machine kitchen', 'staff', staff.accessToken(machine)),
  ];
}
