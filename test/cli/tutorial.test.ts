import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expireKept } from './stored-sessions.js';
import { newMotoPool, startMoto, withMoto, type Moto } from './moto.js';
import { PASSWORD, startStage, type Person, type Stage } from './environment.js';

/** The tutorial in five commands: a user, a password that stays, a sign-in, a look at the token, and a call with it. */
async function signInFromNothing(person: Person, user: string) {
  const input = `${PASSWORD}\n`;
  return [
    await person.pizza(['user', 'add', user, '--password-stdin'], { input: 'Temp0rary!\n' }),
    await person.pizza(['user', 'passwd', user, '--password-stdin'], { input }),
    await person.pizza(['login', user, '--password-stdin'], { input }),
    await person.pizza(['whoami', '--json', '--verify']),
  ];
}

describe("the tutorial's path on the local stand-in", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.stop());

  test('takes five commands to the welcome', async () => {
    const person = await stage.newPerson();
    const answers = await signInFromNothing(person, 'mario');
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(JSON.parse(answers[3]?.stdout ?? '')).toMatchObject({ pool: 'customers', user: 'mario', verified: true });
    expect(await person.pizza(['call', 'GET', '/'])).toEqual({ code: 0, stdout: '["Welcome to AWS"]', stderr: '' });
  });

  test('needs no call of its own to sign in the user that is there already', async () => {
    const person = await stage.newPerson();
    const { code, stderr } = await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('Signed in regular') });
    const { stdout } = await person.pizza(['token', '--id']);
    const { apiUrl } = await stage.profile();
    const answer = await fetch(`${apiUrl}/`, { headers: { authorization: `Bearer ${stdout.trim()}` } });
    expect(await answer.json()).toEqual(['Welcome to AWS']);
  });

  test('has a temporary password changed at the sign-in', async () => {
    const person = await stage.newPerson();
    await person.pizza(['user', 'add', 'luigi', '--password-stdin'], { input: 'Temp0rary!' });
    const flags = ['--password-stdin', '--new-password-stdin'];
    const { code } = await person.pizza(['login', 'luigi', ...flags], { input: 'Temp0rary!\nPermanent1!\n' });
    expect(code).toBe(0);
    const again = await person.pizza(['login', 'luigi', '--password-stdin'], { input: 'Permanent1!' });
    expect(again.code).toBe(0);
  });

  test('lets the chef bake, and a machine, but not a customer', async () => {
    const person = await stage.newPerson();
    const input = JSON.stringify({ name: 'Margherita', toppings: ['basil'], priceCents: 900 });
    await person.pizza(['login', 'chef', '--pool', 'staff', '--password-stdin'], { input: PASSWORD });
    await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    const bake = ['call', 'POST', '/pizzas', '--data', '-'];
    expect(await person.pizza([...bake], { input })).toMatchObject({ code: 4 });
    expect((await person.pizza([...bake, '--pool', 'staff'], { input })).stderr).not.toMatch(/40[13]/);
    expect(await person.pizza(['login', '--machine', '--pool', 'staff'])).toMatchObject({ code: 0 });
    expect((await person.pizza([...bake, '--pool', 'staff'], { input })).stderr).not.toMatch(/40[13]/);
  });
});

withMoto("the tutorial's path on moto", () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  test('takes the same commands, renews by the flow that moto has, and signs out', async () => {
    const person = await newMotoPool(moto);
    const answers = await signInFromNothing(person, 'regular');
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const { stdout: before } = await person.pizza(['token']);
    const api = await person.pizza(['call', 'GET', '/']);
    expect(api).toMatchObject({ code: 0, stdout: `Bearer ${before.trim()}` });

    await expireKept(person);
    const renewed = await person.pizza(['token', '-v']);
    expect(renewed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^eyJ/) });
    expect(renewed.stderr).toMatch(/GetTokensFromRefreshToken: .*\n.*InitiateAuth: ok/);
    expect(await person.pizza(['logout'])).toMatchObject({ code: 0, stderr: expect.stringContaining('revocation') });
    expect(await person.pizza(['token'])).toMatchObject({ code: 3, stdout: '' });
  });
});

test('the README shows a run of these commands', async () => {
  const readme = await readFile('app/cli/README.md', 'utf8');
  for (const command of ['user add', 'user passwd', 'login', 'whoami', 'call GET /']) {
    expect(readme).toContain(`$ npx pizza ${command}`);
  }
});
