import { randomUUID } from 'node:crypto';
import express, { type Express } from 'express';
import pino from 'pino';
import request, { type Test } from 'supertest';
import { startDynamoDb } from '../../app/local/dynamodb.js';
import type { DeclaredPool } from '../../app/platform/auth/access-rules.js';
import { createGuard } from '../../app/platform/auth/guard.js';
import { startPoolKeys } from '../../app/platform/auth/pool-keys.js';
import { readLocalSettings } from '../../app/platform/config/settings.js';
import type { Settings, SettingValues } from '../../app/platform/config/setting.js';
import { openApiDocument } from '../../app/platform/contract/openapi.js';
import type { PoolsDocument } from '../../app/platform/contract/pools.js';
import type { Product } from '../../app/platform/contract/product.js';
import type { TableDefinition } from '../../app/platform/dynamodb/table-definition.js';
import { createTable, type Table } from '../../app/platform/dynamodb/table.js';
import { bindServices } from '../../app/platform/dynamodb/tenant-table.js';
import { createRevocationGuard } from '../../app/platform/revocation/revocation-guard.js';
import { createRevocations, type Revocations } from '../../app/platform/revocation/revocations.js';
import { createApp } from '../../app/platform/http/app.js';
import type { Route } from '../../app/platform/http/route.js';
import { checkResponses } from './documented-responses.js';
import { startIssuer, type Issuer } from './issuer.js';

/** What the entries give to an API's `createServices`. */
interface ServiceOptions<Own extends Settings, Index extends string> {
  readonly settings: SettingValues<Own>;
  readonly table: Table<Index>;
  readonly revocations: Revocations;
}

/** An API's declarations, as `app/api` exports them. */
export interface ApiDeclarations<Services, Own extends Settings, Index extends string> {
  readonly product: Product;
  readonly access: { readonly document: PoolsDocument };
  readonly routes: readonly Route<Services>[];
  readonly settings: Own;
  readonly table: TableDefinition<Index>;
  readonly createServices: (options: ServiceOptions<Own, Index>) => Services;
}

/** Calls the API with one token. */
export interface Caller {
  readonly subject: string;
  get(path: string): Test;
  post(path: string, body?: object): Test;
  patch(path: string, body?: object): Test;
  delete(path: string): Test;
}

/** An API in this process, with pools that issue real tokens and a DynamoDB of its own. */
export interface ApiUnderTest<Services> {
  readonly app: Express;
  readonly services: Services;
  /** A new person of the pool, in these groups. */
  as<Group extends string>(pool: DeclaredPool<string, Group>, ...groups: Group[]): Caller;
  /** A machine of the pool, with these scopes. */
  asMachine<Scope extends string>(pool: DeclaredPool<string, never, Scope>, ...scopes: Scope[]): Caller;
  /** Without a token. */
  asNobody(): Caller;
  /** The log so far, line by line. */
  readonly lines: readonly string[];
  /** Fails when a response was not as the OpenAPI document says. */
  close(): Promise<void>;
}

/** No test waits so long: a busy machine must not cause 503s. */
const remainingMs = () => 60_000;

export async function startApiUnderTest<Services, Own extends Settings, Index extends string>(
  { product, access, routes, settings, table: definition, createServices }: ApiDeclarations<Services, Own, Index>,
  env: NodeJS.ProcessEnv = {},
): Promise<ApiUnderTest<Services>> {
  const issuers = new Map(
    await Promise.all(
      Object.keys(access.document).map(async (name): Promise<[string, Issuer]> => [name, await startIssuer(name)]),
    ),
  );
  const dynamoDb = await startDynamoDb({ definition: definition.document });
  const lines: string[] = [];
  const log = pino({ level: 'trace', base: null }, { write: (line) => lines.push(line) });
  const pools = startPoolKeys(
    Array.from(issuers.values(), ({ pool }) => pool),
    { refreshSeconds: 600, log },
  );
  const table = createTable({ ...dynamoDb.settings, definition, log });
  const revocations = createRevocations(table);
  const bound = bindServices(table, definition, (own) =>
    createServices({ settings: readLocalSettings(env, settings).own, table: own, revocations }),
  );
  const document = await openApiDocument(routes, access.document, { title: '', version: '', description: '' });
  const { watch, violations } = checkResponses(document);
  const api = createApp({
    routes,
    ...bound,
    revocationGuard: createRevocationGuard({ revocations, log }),
    guard: createGuard({ pools, declared: access.document, log }),
    realm: product.name,
    log,
    remainingMs,
  });
  const app = express().disable('x-powered-by').use(watch, api);

  function issuerOf(pool: string) {
    const issuer = issuers.get(pool);
    if (!issuer) throw new Error(`No pool ${pool} is declared`);
    return issuer;
  }

  function caller(subject: string, token: string | undefined): Caller {
    const send = (test: Test, body?: object) => {
      if (token !== undefined) test.set('Authorization', `Bearer ${token}`);
      return body === undefined ? test : test.send(body);
    };
    return {
      subject,
      get: (path) => send(request(app).get(path)),
      post: (path, body) => send(request(app).post(path), body),
      patch: (path, body) => send(request(app).patch(path), body),
      delete: (path) => send(request(app).delete(path)),
    };
  }

  return {
    app,
    services: bound.services,
    lines,
    as({ pool }, ...groups) {
      const sub = randomUUID();
      const claims = { sub, username: sub, ...(groups.length > 0 && { 'cognito:groups': groups }) };
      return caller(sub, issuerOf(pool).accessToken(claims));
    },
    asMachine(pool, ...scopes) {
      const issuer = issuerOf(pool.pool);
      const scope = scopes.flatMap((name) => pool.scope(name).scopes ?? []).join(' ');
      return caller(issuer.clientId, issuer.accessToken({ sub: issuer.clientId, username: undefined, scope }));
    },
    asNobody: () => caller('', undefined),
    async close() {
      for (const { keys } of pools) keys.close();
      table.close();
      await Promise.all([dynamoDb.close(), ...Array.from(issuers.values(), (issuer) => issuer.close())]);
      if (violations.length > 0) throw new Error(`Responses are not as documented:\n${violations.join('\n')}`);
    },
  };
}
