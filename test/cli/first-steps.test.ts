import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD, startEnvironment, type Environment, type Person } from './environment.js';
import { describeWithMoto, newMotoPool, startMoto, type Moto } from './moto.js';
import { expireTokens } from './stored-sessions.js';

/** A user, a permanent password, a sign-in, and a look at the token. */
async function signInNewUser(person: Person, user: string) {
  const input = `${PASSWORD}\n`;
  return [
    await person.runProcess(['user', 'add', user, '--password-stdin'], { input: 'Temp0rary!\n' }),
    await person.runProcess(['user', 'passwd', user, '--password-stdin'], { input }),
    await person.runProcess(['login', user, '--password-stdin'], { input }),
    await person.runProcess(['whoami', '--json', '--verify']),
  ];
}

describe('first steps with the local Cognito', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(() => environment.stop());

  test('five commands take a new user to a call', async () => {
    const person = await environment.newPerson();
    const results = await signInNewUser(person, 'mario');
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(JSON.parse(results[3]?.stdout ?? '')).toMatchObject({ pool: 'customers', user: 'mario', verified: true });
    expect(await person.runProcess(['call', 'GET', '/'])).toEqual({
      code: 0,
      stdout: '["Welcome to AWS"]',
      stderr: '',
    });
  });

  test('the user that is there already signs in by one, and the ID token works as well', async () => {
    const person = await environment.newPerson();
    const { code, stderr } = await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('Signed in regular') });
    const { stdout } = await person.run(['token', '--id']);
    const { apiUrl } = await environment.profile();
    const response = await fetch(`${apiUrl}/me`, { headers: { authorization: `Bearer ${stdout.trim()}` } });
    expect(await response.json()).toMatchObject({ username: 'regular', tokenUse: 'id' });
  });

  test('a temporary password is changed at the sign-in', async () => {
    const person = await environment.newPerson();
    await person.run(['user', 'add', 'luigi', '--password-stdin'], { input: 'Temp0rary!' });
    const flags = ['--password-stdin', '--new-password-stdin'];
    const { code } = await person.run(['login', 'luigi', ...flags], { input: 'Temp0rary!\nPermanent1!\n' });
    expect(code).toBe(0);
    const again = await person.run(['login', 'luigi', '--password-stdin'], { input: 'Permanent1!' });
    expect(again.code).toBe(0);
  });

  test('the chef and the machine create an item, a customer does not', async () => {
    const person = await environment.newPerson();
    const input = JSON.stringify({ name: 'Made here' });
    const create = ['call', 'POST', '/items', '--data', '-', '-i'];
    await person.run(['login', 'chef', '--pool', 'staff', '--password-stdin'], { input: PASSWORD });
    await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    expect(await person.run(create, { input })).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/^HTTP 403 /),
    });
    for (const caller of [['--pool', 'staff'], ['--machine']]) {
      const { code, stdout } = await person.run([...create, ...caller], { input });
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^HTTP 201 Created\n/) });
      expect(JSON.parse(stdout.split('\n\n')[1] ?? '')).toMatchObject({ name: 'Made here' });
    }
  });
});

describeWithMoto('first steps with moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  test('are the same commands; renewal takes the flow that moto has, and signing out works', async () => {
    const person = await newMotoPool(moto);
    const results = await signInNewUser(person, 'regular');
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const { stdout: before } = await person.run(['token']);
    const api = await person.run(['call', 'GET', '/']);
    expect(api).toMatchObject({ code: 0, stdout: `Bearer ${before.trim()}` });

    await expireTokens(person);
    const renewed = await person.run(['token', '-v']);
    expect(renewed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^eyJ/) });
    expect(renewed.stderr).toMatch(/GetTokensFromRefreshToken: .*\n.*InitiateAuth: ok/);
    expect(await person.run(['logout'])).toMatchObject({ code: 0, stderr: expect.stringContaining('revocation') });
    expect(await person.run(['token'])).toMatchObject({ code: 3, stdout: '' });
  });
});

test('the README shows a run of these commands', async () => {
  const readme = await readFile('app/cli/README.md', 'utf8');
  for (const command of ['user add', 'user passwd', 'login', 'whoami', 'call GET /']) {
    expect(readme).toMatch(new RegExp(`^\\$ node dist/cli/[\\w-]+\\.cjs ${command}`, 'm'));
  }
});
