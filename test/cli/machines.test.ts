import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readClaims } from '../../app/cli/session/session.js';
import type { MachineClient } from '../../app/platform/contract/profile.js';
import { startEnvironment, type Environment, type Person } from './environment.js';
import { everyPath, readStored } from './stored-sessions.js';

let environment: Environment;
let person: Person;
let kitchen: MachineClient;

beforeAll(async () => {
  environment = await startEnvironment();
  kitchen = (await environment.machines())['kitchen'] as MachineClient;
});
afterAll(() => environment.stop());
beforeEach(async () => {
  person = await environment.newPerson();
});

const add = (document: object, ...flags: string[]) =>
  person.run(['profile', 'add', 'cloud', ...flags], { input: JSON.stringify(document) });

describe("a machine's secret", () => {
  test('is in no profile of a person: neither the local one nor one that is imported', async () => {
    const profile = await environment.profile();
    expect(JSON.stringify(profile)).not.toContain(kitchen.clientSecret);
    const customers = { ...profile.pools['customers'], machine: kitchen };
    const input = JSON.stringify({ ...profile, pools: { ...profile.pools, customers } });
    const { code, stderr } = await person.run(['profile', 'add', 'cloud', '--json'], { input });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('profile_invalid') });
    expect(stderr).toContain(
      "pools.customers.machine must be absent: machines' secrets are in a document of their own",
    );
    expect(stderr).not.toContain(kitchen.clientSecret);
  });

  test('is stored beside the profile, readable by nobody else', async () => {
    await add(await environment.profile());
    await add(await environment.machines(), '--machines');
    const paths = (await everyPath(person)).filter(({ isFile }) => isFile);
    const modes = paths.map(({ path, mode }) => [path.split('/').at(-1), mode]);
    expect(Object.fromEntries(modes)).toEqual({ 'cloud.json': '600', 'cloud.machines.json': '600' });
  });

  test('is refused if other users can read it', async () => {
    const LOCAL_DIR = await environment.changedLocalDir({});
    await chmod(join(LOCAL_DIR, 'machines.json'), 0o640);
    const result = await person.run(['login', '--machine', '--json'], { env: { LOCAL_DIR } });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('state_exposed') });
  });
});

describe('--machine', () => {
  test('signs in the only machine, in the pool that declares it, and its token is used from then on', async () => {
    const { code, stderr } = await person.run(['login', '--machine']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^Signed in machine kitchen to pool staff of profile local/),
    });
    const { stdout } = await person.run(['whoami', '--pool', 'staff', '--json', '--verify']);
    expect(JSON.parse(stdout)).toMatchObject({
      user: null,
      machine: 'kitchen',
      scopes: kitchen.scopes,
      verified: true,
    });
  });

  test('of call signs the machine in when needed, and leaves the last sign-in current', async () => {
    expect(await person.run(['call', 'GET', '/health', '--machine', 'kitchen'])).toMatchObject({ code: 0 });
    const stored = await readStored(person, { pool: 'staff' });
    expect({ current: stored.current, users: stored.sessions.map(({ user }) => user) }).toEqual({
      current: null,
      users: ['machine kitchen'],
    });
    const [session] = stored.sessions;
    expect(readClaims(session?.accessToken ?? '').client_id).toBe(kitchen.clientId);
    expect(await person.run(['call', 'GET', '/health', '--machine'])).toMatchObject({ code: 0 });
    expect((await readStored(person, { pool: 'staff' })).sessions).toEqual([session]);
  });

  test('works for an imported profile', async () => {
    await add(await environment.profile());
    await add(await environment.machines(), '--machines');
    const result = await person.run(['login', '--machine', 'kitchen', '--profile', 'cloud']);
    expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('pool staff of profile cloud') });
  });

  test('names the import of machines where there are none', async () => {
    await add(await environment.profile());
    const { code, stderr } = await person.run(['login', '--machine', '--profile', 'cloud']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/output -json machines \| .* cloud --machines\n$/),
    });
  });

  test('ignores machines that the API does not declare', async () => {
    await add(await environment.profile());
    await add({ kitchen, robot: { ...kitchen, clientId: 'robot' } }, '--machines');
    const result = await person.run(['login', '--machine', 'robot', '--profile', 'cloud', '--json']);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('machine_unknown') });
  });

  test('reports a secret that the token endpoint refuses', async () => {
    const dir = await mkdtemp(join(environment.dir, 'wrong-'));
    await writeFile(join(dir, 'profile.json'), JSON.stringify(await environment.profile()), { mode: 0o600 });
    const machines = { kitchen: { ...kitchen, clientSecret: 'wrong' } };
    await writeFile(join(dir, 'machines.json'), JSON.stringify(machines), { mode: 0o600 });
    const result = await person.run(['login', '--machine', '--json'], { env: { LOCAL_DIR: dir } });
    expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining('machine_refused') });
  });
});
