import { spawn } from 'node:child_process';
import { mkdtemp, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Machines, Profile } from '../../app/platform/contract/profile.js';
import { RUNBOOK, runbookBlock } from '../harness/runbook.js';
import { resultOf, startEnvironment, type Environment, type Person } from './environment.js';

/** What the emulated AWS of test/cloud lacks, so that the local Cognito tries it. */
const ROTATION = 'secret rotate';

let environment: Environment;
let person: Person;
/** The project's directory, as far as the commands need it. */
let directory: string;

beforeAll(async () => {
  environment = await startEnvironment();
  directory = await mkdtemp(join(environment.dir, 'project-'));
  await symlink(resolve('dist/fixture'), join(directory, 'dist'));
});
afterAll(() => environment.stop());
beforeEach(async () => {
  person = await environment.newPerson();
  for (const name of ['cloud', 'stolen']) {
    await person.run(['profile', 'add', name], { input: JSON.stringify(await environment.profile()) });
    await person.run(['profile', 'add', name, '--machines'], { input: JSON.stringify(await environment.machines()) });
  }
});

function runBlock(section: string) {
  const { text } = runbookBlock(section, ROTATION);
  const names = { DEPLOYMENT: 'cloud', POOL: 'staff', MACHINE: 'kitchen' };
  const env = { PATH: process.env['PATH'], ...person.env, ...names };
  return resultOf(spawn('bash', ['-euo', 'pipefail', '-c', text], { cwd: directory, env }));
}

async function stored<T>(file: string) {
  return JSON.parse(await readFile(join(person.state, 'profiles', file), 'utf8')) as T;
}

describe('the runbook', () => {
  test('rotates a client secret: the old one is refused at once, and the new one is in the profile', async () => {
    const result = await runBlock('Leaked client secret');
    expect(result).toMatchObject({ code: 0 });
    const login = (profile: string) =>
      person.run(['login', 'chef', '--pool', 'staff', '--profile', profile, '--password-stdin', '--json'], {
        input: 'Passw0rd!',
      });
    expect(await login('stolen')).toMatchObject({ code: 4, stderr: expect.stringContaining('client_secret_refused') });
    expect(await login('cloud')).toMatchObject({ code: 0 });

    const secrets = await Promise.all(
      ['cloud', 'stolen'].map(async (name) => (await stored<Profile>(`${name}.json`)).pools['staff']?.clientSecret),
    );
    expect(secrets.filter((secret) => (result.stdout + result.stderr).includes(secret ?? ''))).toEqual([]);
  });

  test("rotates a machine's secret: the old one is refused at once, and the new one is in the machines", async () => {
    const old = (await stored<Machines>('stolen.machines.json'))['kitchen']?.clientSecret;
    expect(await runBlock('Leaked machine secret')).toMatchObject({ code: 0 });
    const login = (profile: string) => person.run(['login', '--machine', 'kitchen', '--profile', profile, '--json']);
    expect(await login('stolen')).toMatchObject({ code: 4, stderr: expect.stringContaining('invalid_client') });
    expect(await login('cloud')).toMatchObject({ code: 0 });
    expect((await stored<Machines>('cloud.machines.json'))['kitchen']?.clientSecret).not.toBe(old);
  });

  test('rotates nothing else', () => {
    const sections = RUNBOOK.filter(({ text }) => text.includes(ROTATION)).map(({ section }) => section);
    expect(sections).toEqual(['Leaked client secret', 'Leaked machine secret']);
  });
});
