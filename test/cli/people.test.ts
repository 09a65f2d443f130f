import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD, startStage, type Person, type Stage } from './environment.js';

let stage: Stage;
let person: Person;

beforeAll(async () => {
  stage = await startStage();
  person = await stage.newPerson();
});
afterAll(() => stage.stop());

describe('pizza user', () => {
  test('adds, lists, disables, enables and deletes', async () => {
    const run = (...args: string[]) => person.pizza(['user', ...args], { input: 'Temp0rary!' });
    expect(await run('add', 'daisy', '--password-stdin')).toMatchObject({ code: 0, stdout: '' });
    expect((await run('list')).stdout).toMatch(/^daisy +FORCE_CHANGE_PASSWORD\nregular +CONFIRMED\n$/m);
    expect(await run('disable', 'daisy')).toMatchObject({ code: 0 });
    expect(JSON.parse((await run('list', '--json')).stdout)).toContainEqual({
      name: 'daisy',
      status: 'FORCE_CHANGE_PASSWORD',
      enabled: false,
    });
    const refused = await person.pizza(['login', 'daisy', '--password-stdin'], { input: 'Temp0rary!' });
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('pizza user enable daisy') });
    expect(await run('enable', 'daisy')).toMatchObject({ code: 0 });
    expect(await run('delete', 'daisy', '--yes')).toMatchObject({ code: 0 });
    expect((await run('list')).stdout).not.toContain('daisy');
  });

  test('puts people into groups, which their next token and the API know', async () => {
    const staff = ['--pool', 'staff'];
    await person.pizza(['user', 'add', 'cook', '--password-stdin', ...staff], { input: 'Temp0rary!' });
    await person.pizza(['user', 'passwd', 'cook', '--password-stdin', ...staff], { input: PASSWORD });
    const groups = (...args: string[]) => person.pizza(['user', 'groups', 'cook', ...args, ...staff]);
    expect(await groups('--group', 'chefs')).toEqual({ code: 0, stdout: 'chefs\n', stderr: '' });
    await person.pizza(['login', 'cook', '--password-stdin', ...staff], { input: PASSWORD });
    expect((await person.pizza(['whoami', ...staff])).stdout).toMatch(/^groups +chefs$/m);
    expect(JSON.parse((await person.pizza(['call', 'GET', '/me', ...staff])).stdout)).toMatchObject({
      username: 'cook',
      groups: ['chefs'],
    });
    expect(await groups('--remove', 'chefs')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await groups('--group', 'nobody')).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('pizza secret-hash', () => {
  test("gives what the tutorial's script gives", async () => {
    // Base64(HMAC-SHA256("secret", "regular" + "client")), by openssl.
    const hash = 'yJnh0JS5ntQ1J/cBSQMBmaKO8TBn1ukphKzhRq6dAzA=\n';
    const args = ['secret-hash', 'regular', '--client-id', 'client'];
    expect(await person.pizza(args, { input: 'secret' })).toEqual({ code: 0, stdout: hash, stderr: '' });
  });
});
