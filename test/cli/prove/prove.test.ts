import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { AccessReport } from '../../../app/cli/prove/access-report.js';
import type { LocalTable, Machines, Profile } from '../../../app/platform/contract/profile.js';
import { startServer, type ServerProcess } from '../../harness/server-process.js';
import { resultOf, type Result } from '../command.js';
import { startRecorder, type Recorder } from './recorder.js';

// The product's own API, whichever it is: its owners, tenants and machines are what `prove` is for.
const DIST = 'dist';
/** How often the command is killed: once in `make test`, 20 times with FULL=1. */
const KILLS = process.env['FULL'] === '1' ? 20 : 1;

jest.setTimeout(process.env['FULL'] === '1' ? 1_200_000 : 120_000);

let dir: string;
let bin: string;
let server: ServerProcess;
let recorders: Recorder[];
let requests = 0;
let onRequest: () => void = () => undefined;
let sdk: CognitoIdentityProvider;
let profile: Profile;
let table: LocalTable;

async function readLocal<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(dir, 'local', name), 'utf8')) as T;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prove-'));
  const LOCAL_DIR = join(dir, 'local');
  server = await startServer({ LOCAL_DIR, LOG_LEVEL: 'silent' }, { dist: DIST });
  bin = resolve(DIST, 'cli', (await readdir(join(DIST, 'cli'))).find((name) => name.endsWith('.cjs')) ?? '');
  profile = await readLocal<Profile>('profile.json');
  table = await readLocal<LocalTable>('table.json');
  const count = () => {
    requests += 1;
    onRequest();
  };
  recorders = await Promise.all([profile.apiUrl, profile.cognitoEndpoint].map((url) => startRecorder(url, count)));
  const [api, cognito] = recorders;
  await cp(LOCAL_DIR, join(dir, 'recorded'), { recursive: true });
  const recorded = { ...profile, apiUrl: api?.url, cognitoEndpoint: cognito?.url };
  await writeFile(join(dir, 'recorded', 'profile.json'), JSON.stringify(recorded));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sdk = new CognitoIdentityProvider({ endpoint: profile.cognitoEndpoint, region: profile.region, credentials });
});

afterAll(async () => {
  sdk.destroy();
  await Promise.all(recorders.map((recorder) => recorder.close()));
  server.kill('SIGTERM');
  await server.exited;
  await rm(dir, { recursive: true });
});

/** Runs the command as a shell does; `signal` ends it at the given request. */
async function prove(args: readonly string[], kill?: { at: number; signal: NodeJS.Signals }): Promise<Result> {
  const child = spawn(process.execPath, [bin, 'prove', ...args], {
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: dir, XDG_STATE_HOME: join(dir, 'state'), LOCAL_DIR: join(dir, 'recorded') },
  });
  requests = 0;
  onRequest = () => {
    if (requests === kill?.at) child.kill(kill.signal);
  };
  const result = await resultOf(child);
  onRequest = () => undefined;
  return result;
}

/** Everything in Cognito, by names, and everything in the API's table that does not expire. */
async function everything() {
  const { UserPools = [] } = await sdk.listUserPools({ MaxResults: 60 });
  const pools = await Promise.all(
    UserPools.map(async ({ Id: UserPoolId, Name }) => {
      const [users, groups, clients] = await Promise.all([
        sdk.listUsers({ UserPoolId }),
        sdk.listGroups({ UserPoolId }),
        sdk.listUserPoolClients({ UserPoolId, MaxResults: 60 }),
      ]);
      return {
        Name,
        users: users.Users?.map(({ Username }) => Username),
        groups: groups.Groups?.map(({ GroupName }) => GroupName),
        clients: clients.UserPoolClients?.map(({ ClientName }) => ClientName),
      };
    }),
  );
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const dynamoDb = new DynamoDBClient({ endpoint: table.endpoint, region: table.region, credentials });
  const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: table.name }));
  dynamoDb.destroy();
  const items = Items.filter(({ expiresAt }) => expiresAt === undefined).map(({ pk, sk }) => `${pk?.S} ${sk?.S}`);
  return { pools, items: items.toSorted() };
}

const cellsOf = ({ routes }: AccessReport) =>
  routes.flatMap(({ route, cells }) => cells.map((cell) => ({ route, ...cell })));

let first: Result;
let before: Awaited<ReturnType<typeof everything>>;
let calls = 0;

test('every cell of the API is as its routes say', async () => {
  const { pools } = await everything();
  first = await prove(['--json', '-v', '--out', 'report']);
  calls = requests;
  const { code, stdout } = first;
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as AccessReport;
  expect(JSON.parse(await readFile(join(dir, 'report', 'access.json'), 'utf8'))).toEqual(report);
  const document = JSON.parse(await readFile(join(DIST, 'openapi.json'), 'utf8')) as { paths: Record<string, object> };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(report.routes.map(({ route }) => route)).toEqual(routes);
  const cells = cellsOf(report);
  expect(cells.filter(({ result }) => result !== 'as expected')).toEqual([]);
  expect(cells).toHaveLength(report.callers.length * routes.length);
  expect(cells.filter(({ exchanges }) => exchanges.some(({ functionRan }) => functionRan !== true))).toEqual([]);
  for (const route of routes) {
    expect({ route, admits: cells.some((cell) => cell.route === route && cell.expected.admitted) }).toEqual({
      route,
      admits: true,
    });
  }
  expect(report).toMatchObject({ version: 1, checks: ['app'], readOnly: false, findings: [] });
  before = await everything();
  expect(before.pools).toEqual(pools);
});

test('a wrong answer is printed, and makes the command fail', async () => {
  // An API that admits everyone: the document that is at hand no longer says what the server does.
  const changed = join(dir, 'changed');
  await cp(DIST, changed, { recursive: true });
  const openApi = join(changed, 'openapi.json');
  const document = await readFile(openApi, 'utf8');
  await writeFile(openApi, document.replaceAll('"x-allow"', '"x-allowed"'));
  const sample = bin;
  bin = bin.replace(resolve(DIST), changed);
  const older = JSON.parse(await readFile(join(dir, 'report', 'access.json'), 'utf8')) as AccessReport;
  const [added] = older.routes;
  await writeFile(join(dir, 'older.json'), JSON.stringify({ ...older, routes: older.routes.slice(1) }));
  const { code, stdout } = await prove(['--read-only', '--against', 'older.json']);
  bin = sample;
  expect(code).toBe(1);
  // The answers are as they were, whatever was expected of them.
  expect(stdout).toContain(`\nNew route ${added?.route}, for everyone.\n`);
  expect(stdout).not.toMatch(/^GET .* now admits no token/m);
  expect(stdout).toMatch(
    /^WRONG {2}GET \S+ {2}no token\n {7}At the app: 401 token_missing by the function, instead of 200.*: everyone may call it\.$/m,
  );
  expect(stdout).toMatch(/\d+ answers were wrong/);
});

test('killed at random moments, it leaves nothing after the next run, which may be interrupted', async () => {
  const anyRequest = (count: number) => 1 + Math.floor(Math.random() * (count - 1));
  for (let kill = 0; kill < KILLS; kill += 1) {
    const moments = { killed: anyRequest(calls), interrupted: anyRequest(calls / 4) };
    const killed = await prove([], { at: moments.killed, signal: 'SIGKILL' });
    const interrupted = await prove([], { at: moments.interrupted, signal: 'SIGINT' });
    expect({ moments, codes: [killed.code, interrupted.code] }).toEqual({ moments, codes: [null, 130] });
    expect(interrupted.stderr).toContain('Error: It was interrupted; what was made for it is removed.');
    expect({ moments, ...(await everything()) }).toEqual({ moments, ...before });
    const [product = ''] = await readdir(join(dir, 'state'));
    expect(await readdir(join(dir, 'state', product, 'prove'))).toEqual([]);
  }
});

test('no token, password or secret is in any output or file', async () => {
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  const written = files.filter((file) => file.isFile() && /report|state/.test(file.parentPath));
  const texts = await Promise.all(written.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
  const machines = Object.values(await readLocal<Machines>('machines.json'));
  const clients = [...Object.values(profile.pools), ...machines].flatMap(({ clientSecret }) => clientSecret ?? []);
  const secrets = recorders.flatMap((recorder) => Array.from(recorder.secrets)).concat(clients);
  expect(secrets.length).toBeGreaterThan(100);
  expect(first.stderr).toMatch(/InitiateAuth: ok[^]*AdminDeleteUser: ok/);
  const everywhere = [first.stdout, first.stderr, ...texts].join('\n');
  expect(everywhere).toContain('<token: ');
  // What is sent on purpose and is no token stays: it says which call it was.
  expect(secrets.filter((secret) => secret !== 'not-a-token' && everywhere.includes(secret))).toEqual([]);
});
