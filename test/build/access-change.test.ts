import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { AuthorizerDocument } from '../../app/platform/contract/authorizer.js';
import type { PoolsDocument } from '../../app/platform/contract/pools.js';
import type { Machines, Profile } from '../../app/platform/contract/profile.js';

// Terraform's plan after such a change is in test/operations.
const scratch = mkdtempSync(join(tmpdir(), 'access-change-'));
// At this depth the fixture's imports of app/platform lead where they lead from its own folder.
const folder = 'dist/access-change/api';
const builds = { before: 'dist/fixture', after: 'dist/access-change/after' };
const LOCAL_DIR = join(scratch, 'local');

function edit(file: string, from: string, to: string) {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  writeFileSync(path, text.replace(from, to));
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const readProfile = () => readJson(join(LOCAL_DIR, 'profile.json')) as Profile;

let server: ChildProcess | undefined;

const noNotice = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

async function start(out: string) {
  const env = {
    PATH: process.env['PATH'],
    PORT: '0',
    LOCAL_COGNITO_PORT: '0',
    LOCAL_DIR,
    LOG_LEVEL: 'silent',
    ...noNotice,
  };
  server = spawn(process.execPath, [`${out}/local/server.js`], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(server.stdout as NonNullable<typeof server.stdout>, 'data');
}

async function stop() {
  const ended = server && once(server, 'exit');
  server?.kill('SIGTERM');
  await ended;
  server = undefined;
}

/** Runs the built command for someone whose home is in `scratch`. */
function command(out: string, args: string[], input = '') {
  const env = { PATH: process.env['PATH'], HOME: scratch, XDG_STATE_HOME: join(scratch, 'state'), LOCAL_DIR };
  return execFileSync(process.execPath, [resolve(out, 'cli/fixture.cjs'), ...args], {
    env,
    input,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

const client = () =>
  new CognitoIdentityProviderClient({
    endpoint: readProfile().cognitoEndpoint,
    region: readProfile().region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });

const userPoolIdOf = (pool: string) => readProfile().pools[pool]?.userPoolId;

async function subjectOf(pool: string, Username: string) {
  const { UserAttributes = [] } = await client().send(
    new AdminGetUserCommand({ UserPoolId: userPoolIdOf(pool), Username }),
  );
  return UserAttributes.find(({ Name }) => Name === 'sub')?.Value;
}

let before: { regular: string | undefined; pools: Profile['pools'] };

beforeAll(async () => {
  rmSync('dist/access-change', { recursive: true, force: true });
  mkdirSync('dist/access-change', { recursive: true });
  cpSync('test/harness/fixture-api', folder, { recursive: true });
  await start(builds.before);
  before = { regular: await subjectOf('customers', 'regular'), pools: readProfile().pools };
  await stop();

  edit(
    'access.ts',
    "groups: { chefs: 'May add items.' }",
    "groups: { chefs: 'May add items.', bakers: 'May add items too.' }",
  );
  edit(
    'access.ts',
    "scopes: { 'items.write': 'Add items.' }",
    "scopes: { 'items.write': 'Add items.', 'items.count': 'Count.' }",
  );
  edit('access.ts', 'machines: {', "machines: { counter: { scopes: ['items.count'] },");
  edit('access.ts', '  staff: {', '  couriers: {},\n  staff: {');
  edit('routes.ts', "staff.group('chefs')", "staff.group('chefs', 'bakers')");
  execFileSync(process.execPath, ['app/build/index.js', 'local', '--api', folder, '--out', builds.after]);
  await start(builds.after);
}, 60_000);

afterAll(async () => {
  await stop();
  rmSync(scratch, { recursive: true });
  rmSync('dist/access-change', { recursive: true });
});

describe('one change in access.ts, and a group on the line of a route', () => {
  test('shows in pools.json, the rules of the access authorizer and the OpenAPI document', () => {
    const pools = readJson(`${builds.after}/pools.json`) as PoolsDocument;
    expect(Object.keys(pools)).toEqual(['customers', 'couriers', 'staff']);
    expect(Object.keys(pools['staff']?.groups ?? {})).toEqual(['chefs', 'bakers']);
    expect(Object.keys(pools['staff']?.scopes ?? {})).toEqual(['items.write', 'items.count']);
    expect(pools['staff']?.clients).toHaveProperty('counter', { type: 'machine', scopes: ['fixture-api/items.count'] });
    const { routes } = readJson(`${builds.after}/authorizer.json`) as AuthorizerDocument;
    const addItem = routes.find(({ routeKey }) => routeKey === 'POST /items');
    expect(addItem?.allow[0]).toEqual({ pool: 'staff', groups: ['chefs', 'bakers'] });
    const { paths, components } = readJson(`${builds.after}/openapi.json`) as {
      paths: Record<string, Record<string, { security: object[] }>>;
      components: { securitySchemes: object };
    };
    expect(paths['/items']?.['post']?.security[0]).toEqual({ staff: ['chefs', 'bakers'] });
    expect(Object.keys(components.securitySchemes)).toEqual(['customers', 'couriers', 'staff']);
  });

  test('leaves users and pools of the local Cognito as they were, and adds what is new', async () => {
    expect(await subjectOf('customers', 'regular')).toBe(before.regular);
    const { pools } = readProfile();
    expect(pools).toMatchObject(
      Object.fromEntries(Object.entries(before.pools).map(([name, { userPoolId }]) => [name, { userPoolId }])),
    );
    expect(Object.keys(pools).toSorted()).toEqual(['couriers', 'customers', 'staff']);
    expect(Object.keys(readJson(join(LOCAL_DIR, 'machines.json')) as Machines).toSorted()).toEqual([
      'counter',
      'kitchen',
    ]);
  });

  test('reaches the guard: someone in the new group may add, someone without a group may not', async () => {
    const cognito = client();
    const UserPoolId = userPoolIdOf('staff');
    for (const Username of ['bea', 'walt']) {
      await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }));
      await cognito.send(
        new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: 'Passw0rd!', Permanent: true }),
      );
    }
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: 'bea', GroupName: 'bakers' }));
    const add = async (user: string) => {
      command(builds.after, ['login', user, '--pool', 'staff', '--password-stdin'], 'Passw0rd!\n');
      const token = command(builds.after, ['token', '--pool', 'staff', '--user', user]).trim();
      const response = await fetch(`${readProfile().apiUrl}/items`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Bread' }),
      });
      return response.status;
    };
    expect(await add('bea')).toBe(201);
    expect(await add('walt')).toBe(403);
  });

  test("is in the command's completion", () => {
    expect(command(builds.after, ['complete', '--', '--pool']).trim().split('\n').toSorted()).toEqual([
      'couriers',
      'customers',
      'staff',
    ]);
  });
});
