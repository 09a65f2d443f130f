import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMAND, PASSWORD, startEnvironment, type Environment, type Person } from './environment.js';

let environment: Environment;
let person: Person;

beforeAll(async () => {
  environment = await startEnvironment();
  person = await environment.newPerson();
});
afterAll(() => environment.stop());

describe('user', () => {
  test('adds, lists, disables, enables and deletes', async () => {
    const run = (...args: string[]) => person.run(['user', ...args], { input: 'Temp0rary!' });
    expect(await run('add', 'daisy', '--password-stdin')).toMatchObject({ code: 0, stdout: '' });
    expect((await run('list')).stdout).toMatch(/^daisy +FORCE_CHANGE_PASSWORD\nregular +CONFIRMED\n$/m);
    expect(await run('disable', 'daisy')).toMatchObject({ code: 0 });
    expect(JSON.parse((await run('list', '--json')).stdout)).toContainEqual({
      name: 'daisy',
      status: 'FORCE_CHANGE_PASSWORD',
      enabled: false,
    });
    const refused = await person.run(['login', 'daisy', '--password-stdin'], { input: 'Temp0rary!' });
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining(`${COMMAND} user enable daisy`) });
    expect(await run('enable', 'daisy')).toMatchObject({ code: 0 });
    expect(await run('delete', 'daisy', '--yes')).toMatchObject({ code: 0 });
    expect((await run('list')).stdout).not.toContain('daisy');
  });

  test('adds people to groups, which are in their next token and known to the API', async () => {
    const staff = ['--pool', 'staff'];
    await person.run(['user', 'add', 'cook', '--password-stdin', ...staff], { input: 'Temp0rary!' });
    await person.run(['user', 'passwd', 'cook', '--password-stdin', ...staff], { input: PASSWORD });
    const groups = (...args: string[]) => person.run(['user', 'groups', 'cook', ...args, ...staff]);
    expect(await groups('--group', 'chefs')).toEqual({ code: 0, stdout: 'chefs\n', stderr: '' });
    await person.run(['login', 'cook', '--password-stdin', ...staff], { input: PASSWORD });
    expect((await person.run(['whoami', ...staff])).stdout).toMatch(/^groups +chefs$/m);
    expect(JSON.parse((await person.run(['call', 'GET', '/me', ...staff])).stdout)).toMatchObject({
      username: 'cook',
      groups: ['chefs'],
    });
    expect(await groups('--remove', 'chefs')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await groups('--group', 'nobody')).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('secret-hash', () => {
  test('prints the hash that openssl computes', async () => {
    // Base64(HMAC-SHA256("secret", "regular" + "client")).
    const hash = 'yJnh0JS5ntQ1J/cBSQMBmaKO8TBn1ukphKzhRq6dAzA=\n';
    const args = ['secret-hash', 'regular', '--client-id', 'client'];
    expect(await person.run(args, { input: 'secret' })).toEqual({ code: 0, stdout: hash, stderr: '' });
  });
});
