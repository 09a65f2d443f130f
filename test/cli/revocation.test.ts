import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { readClaims } from '../../app/cli/session/session.js';
import type { LocalTable } from '../../app/platform/contract/profile.js';
import { defineTable } from '../../app/platform/dynamodb/table-definition.js';
import { createTable, type Table } from '../../app/platform/dynamodb/table.js';
import { createRevocations } from '../../app/platform/revocation/revocations.js';
import { freePort } from '../harness/free-port.js';
import { COMMAND, PASSWORD, startEnvironment, type Environment } from './environment.js';

const POOL = 'staff';
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'operator', AWS_SECRET_ACCESS_KEY: 'operator' };

let environment: Environment;
let apiUrl: string;
let local: LocalTable;
let table: Table;
/** A module that sets the command's clock. */
let clock: string;

beforeAll(async () => {
  environment = await startEnvironment();
  ({ apiUrl } = await environment.profile());
  local = JSON.parse(await readFile(join(environment.dir, 'local', 'table.json'), 'utf8')) as LocalTable;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  clock = join(environment.dir, 'an-hour-ahead.cjs');
  await writeFile(clock, 'const now = Date.now; Date.now = () => now() + 3_600_000;');
  table = createTable({ ...local, credentials, definition: defineTable(), log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  table.close();
  await environment.stop();
});

/** A chef who is signed in, with the token. */
async function newChef(name: string) {
  const { userPoolId: UserPoolId = '' } = (await environment.profile()).pools[POOL] ?? {};
  const user = { UserPoolId, Username: name };
  const { sdk } = environment;
  await sdk.adminCreateUser({ ...user, MessageAction: 'SUPPRESS' });
  await sdk.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true });
  await sdk.adminAddUserToGroup({ ...user, GroupName: 'chefs' });
  const person = await environment.newPerson();
  const login = await person.run(['login', name, '--pool', POOL, '--password-stdin'], { input: PASSWORD });
  expect(login).toMatchObject({ code: 0 });
  const { stdout } = await person.run(['token', '--pool', POOL]);
  return { person, name, token: stdout.trim() };
}

type Chef = Awaited<ReturnType<typeof newChef>>;

async function outcome(method: string, path: string, { token }: Chef) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = method === 'POST' ? JSON.stringify({ name: 'First' }) : null;
  const response = await fetch(`${apiUrl}${path}`, { method, headers, body });
  const { code } = (await response.json()) as { code?: string };
  return `${response.status} ${code ?? ''}`.trim();
}

/** Seconds since the epoch; 0 for nobody who was revoked. */
function notBefore({ token }: Chef) {
  const { sub: subject = '' } = readClaims(token);
  return createRevocations(table).notBefore({ pool: POOL, subject }, Date.now() + 60_000);
}

/** On a computer whose clock is wrong. */
const runAnHourAhead = ({ person }: Chef, args: readonly string[]) =>
  person.runProcess([...args, '--pool', POOL], { env: { NODE_OPTIONS: `--require ${clock}` } });

const run = ({ person }: Chef, args: readonly string[], env = {}) => person.run([...args, '--pool', POOL], { env });

test.each([
  ['user sign-out', ({ name }: Chef) => ['user', 'sign-out', name], 'Signed out'],
  ['user disable', ({ name }: Chef) => ['user', 'disable', name], 'Disabled'],
  ['user delete', ({ name }: Chef) => ['user', 'delete', name, '--yes'], 'Deleted'],
  ['logout --all', () => ['logout', '--all'], 'Signed out'],
])('after %s a revocable route refuses the token, another accepts it', async (what, args, done) => {
  const [chef, colleague] = await Promise.all([
    newChef(`${what} chef`.replaceAll(' ', '-')),
    newChef(`colleague-of-${what}`.replaceAll(' ', '-')),
  ]);
  const result = await run(chef, args(chef));
  expect(result).toMatchObject({ code: 0, stdout: '' });
  expect(result.stderr).toContain(`${done} ${chef.name}`);
  expect(result.stderr).toContain('Revocable routes refuse the tokens that were issued');
  expect(await outcome('POST', '/items', chef)).toBe('401 token_revoked');
  expect(await outcome('GET', '/me', chef)).toBe('200');
  expect(await outcome('POST', '/items', colleague)).toBe('201');
});

describe('user sign-out', () => {
  test('ends the renewal of tokens, and says who was signed out as JSON', async () => {
    const chef = await newChef('renewing');
    const { stdout } = await run(chef, ['user', 'sign-out', chef.name, '--json']);
    expect(JSON.parse(stdout)).toEqual({ user: chef.name });
    expect(await runAnHourAhead(chef, ['token'])).toMatchObject({ code: 3 });
  });

  test("goes by Cognito's clock: this computer's may be an hour wrong", async () => {
    const chef = await newChef('on-time');
    expect(await runAnHourAhead(chef, ['user', 'sign-out', chef.name])).toMatchObject({
      code: 0,
    });
    const { iat = Infinity } = readClaims(chef.token);
    const revokedBefore = await notBefore(chef);
    expect(revokedBefore).toBeGreaterThan(iat);
    expect(revokedBefore).toBeLessThanOrEqual(Date.now() / 1000 + 1);
  });

  test('twice leaves the later entry, and an unknown user none', async () => {
    const chef = await newChef('twice');
    await run(chef, ['user', 'sign-out', chef.name]);
    const first = await notBefore(chef);
    expect(await run(chef, ['user', 'sign-out', chef.name])).toMatchObject({ code: 0 });
    expect(await notBefore(chef)).toBeGreaterThanOrEqual(first);
    const unknown = await run(chef, ['user', 'sign-out', 'nobody', '--json']);
    expect([unknown.code, JSON.parse(unknown.stderr).error.code]).toEqual([1, 'user_unknown']);
  });
});

describe('a table that is named', () => {
  const named = (endpoint: string) => ({ ...CREDENTIALS, AWS_ENDPOINT_URL_DYNAMODB: endpoint });

  test("is written to with the operator's AWS credentials", async () => {
    const chef = await newChef('named');
    const args = ['user', 'disable', chef.name, '--table', local.name];
    expect(await run(chef, args, named(local.endpoint))).toMatchObject({ code: 0 });
    expect(await notBefore(chef)).toBeGreaterThan(0);
  });

  test('and is unreachable: the user is disabled, not deleted, and the command says what is missing', async () => {
    const chef = await newChef('half-way');
    const env = named(`http://127.0.0.1:${await freePort()}`);
    const result = await run(chef, ['user', 'disable', chef.name, '--table', 'other'], env);
    expect(result).toMatchObject({ code: 6, stdout: '' });
    expect(result.stderr).toContain(`Disabled ${chef.name} in Cognito, but did not revoke the tokens`);
    expect(result.stderr).toContain(`${COMMAND} user disable ${chef.name} --pool ${POOL}`);
    expect(await notBefore(chef)).toBe(0);
    const login = await chef.person.run(['login', chef.name, '--pool', POOL, '--password-stdin'], { input: PASSWORD });
    expect(login).toMatchObject({ code: 4 });
    const deletion = await run(chef, ['user', 'delete', chef.name, '--yes', '--table', 'other'], env);
    expect(deletion).toMatchObject({ code: 6, stdout: '' });
    expect(deletion.stderr).toContain(`${COMMAND} user delete ${chef.name} --pool ${POOL}`);
    expect(await run(chef, ['user', 'delete', chef.name, '--yes'])).toMatchObject({ code: 0 });
    expect(await notBefore(chef)).toBeGreaterThan(0);
  });

  test('at a host that is not of AWS gets no credentials', async () => {
    const chef = await newChef('safe');
    const result = await run(chef, ['user', 'sign-out', chef.name, '--table', 'x'], named('https://aws.example.com'));
    expect(result.stderr).toContain('aws.example.com, which is neither AWS');
    expect(result.code).toBe(4);
  });

  test('or is not, and unreachable: logout --all signs out all the same, and says so', async () => {
    const chef = await newChef('leaving');
    const env = named(`http://127.0.0.1:${await freePort()}`);
    const result = await run(chef, ['logout', '--all', '--table', 'other'], env);
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain(`${COMMAND} user sign-out ${chef.name} --pool ${POOL}`);
    expect(await run(chef, ['token'])).toMatchObject({ code: 3 });
  });
});
