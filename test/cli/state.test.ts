import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { everyPath, expireKept, keptPath, readKept } from './stored-sessions.js';
import { answerOf, PASSWORD, PIZZA, startStage, type Person, type Stage } from './environment.js';

let stage: Stage;
let first: Person;
let person: Person;

beforeAll(async () => {
  stage = await startStage();
  first = await stage.newPerson();
  await signIn(first);
});
afterAll(() => stage.stop());
beforeEach(async () => {
  person = await stage.newCopy(first);
});

const signIn = (somebody: Person) => somebody.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });

/** As on a disk that has no room: no file may grow. */
function pizzaWithoutRoom(args: string[], input = '') {
  const script = 'ulimit -f 0; exec "$0" "$@"';
  const env = { PATH: process.env['PATH'], ...person.env };
  const child = spawn('bash', ['-c', script, process.execPath, PIZZA, ...args], { cwd: person.home, env });
  child.stdin.end(input);
  return answerOf(child);
}

describe('what is kept', () => {
  test('is readable by nobody else: directories 0700, files 0600', async () => {
    const input = JSON.stringify(await stage.profile());
    await person.pizza(['profile', 'add', 'cloud'], { input });
    const paths = await everyPath(person);
    expect(paths.filter(({ isFile }) => isFile)).toHaveLength(2);
    expect(paths.filter(({ isFile, mode }) => mode !== (isFile ? '600' : '700'))).toEqual([]);
  });

  test('is kept by user: each has a sign-in of their own, and the last one is used', async () => {
    await person.pizza(['user', 'add', 'toad', '--password-stdin'], { input: 'Temp0rary!' });
    const flags = ['--password-stdin', '--new-password-stdin'];
    await person.pizza(['login', 'toad', ...flags], { input: `Temp0rary!\n${PASSWORD}` });
    const userOf = async (...args: string[]) => (await person.pizza(['whoami', ...args])).stdout.split(/\s+/)[1];
    expect([await userOf(), await userOf('--user', 'regular')]).toEqual(['toad', 'regular']);
    await person.pizza(['logout']);
    expect(await person.pizza(['token'])).toMatchObject({ code: 3, stderr: expect.stringContaining('--user regular') });
    expect(await person.pizza(['token', '--user', 'regular'])).toMatchObject({ code: 0 });
  });

  test('goes to ~/.local/state where XDG_STATE_HOME is not an absolute path', async () => {
    const env = { XDG_STATE_HOME: 'relative' };
    await person.pizza(['login', 'regular', '--password-stdin'], { env, input: PASSWORD });
    expect(await readdir(join(person.home, '.local', 'state', 'pizza-api'))).toEqual(['tokens']);
  });
});

describe('a state that others can read is refused', () => {
  test.each([['0640'], ['0604'], ['0620']])('tokens with mode %s', async (mode) => {
    await chmod(await keptPath(person), Number.parseInt(mode, 8));
    const { code, stdout, stderr } = await person.pizza(['token']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('chmod go-rwx');
  });

  test('tokens in a directory that others can write', async () => {
    await chmod(dirname(await keptPath(person)), 0o777);
    expect(await person.pizza(['token'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('damage', () => {
  const GARBLED = [
    '',
    '{',
    'null',
    '{"version":2,"sessions":[]}',
    '{"version":1,"current":"x","sessions":[{"user":1}]}',
  ];

  test.each(GARBLED)('tokens that read %j are left as they are, with a way out', async (text) => {
    const path = await keptPath(person);
    await writeFile(path, text);
    expect(await person.pizza(['token'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`mv '${path}'`),
    });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test.each([[['logout']], [['login', 'regular', '--password-stdin']]])(
    'pizza %j writes over no damage',
    async (args) => {
      const path = await keptPath(person);
      await writeFile(path, '{');
      expect(await person.pizza(args, { input: PASSWORD })).toMatchObject({ code: 1, stdout: '' });
      expect(await readFile(path, 'utf8')).toBe('{');
    },
  );

  test('a directory in the place of the file', async () => {
    const path = await keptPath(person);
    await rm(path);
    await mkdir(path, { mode: 0o700 });
    expect(await person.pizza(['token'])).toMatchObject({ code: 1, stderr: expect.stringContaining("can't be read") });
  });
});

describe('no place for state', () => {
  test('no HOME: a message that names it', async () => {
    const env = { HOME: undefined, XDG_STATE_HOME: undefined };
    const { code, stderr } = await person.pizza(['login', 'regular', '--password-stdin'], { env, input: PASSWORD });
    expect(code).toBe(1);
    expect(stderr).toMatch(/HOME is not set[^]*Set HOME, or XDG_STATE_HOME/);
  });

  test('a HOME that is a file: a message that names the path', async () => {
    const HOME = join(person.home, 'file');
    await writeFile(HOME, '');
    const env = { HOME, XDG_STATE_HOME: undefined };
    const { code, stderr } = await person.pizza(['login', 'regular', '--password-stdin'], { env, input: PASSWORD });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(HOME) });
  });
});

describe('a full disk', () => {
  test('loses no kept sign-in, and leaves no scraps', async () => {
    const before = await readKept(person);
    const { code, stderr } = await pizzaWithoutRoom(['login', 'regular', '--password-stdin'], PASSWORD);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('no room left') });
    expect(await readKept(person)).toEqual(before);
    expect(await readdir(dirname(await keptPath(person)))).toHaveLength(1);
  });

  test('uses up no refresh token: the renewal is not begun', async () => {
    await expireKept(person);
    const { code, stdout, stderr } = await pizzaWithoutRoom(['token', '-v']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toContain('GetTokensFromRefreshToken');
    expect(await person.pizza(['token'])).toMatchObject({ code: 0 });
  });

  test('rotates no secret: the old one goes on working', async () => {
    const before = await stage.profile();
    expect(await pizzaWithoutRoom(['secret', 'rotate', '--grace', '0s'])).toMatchObject({ code: 1 });
    expect(await stage.profile()).toEqual(before);
    const login = await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    expect(login.code).toBe(0);
  });

  test('behind stdout is an error, not a token cut short', async () => {
    const env = { PATH: process.env['PATH'], ...person.env };
    const child = spawn('bash', ['-c', '"$0" "$@" > /dev/full', process.execPath, PIZZA, 'token'], { env });
    expect(await answerOf(child)).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOSPC') });
  });
});

describe('logging out', () => {
  beforeEach(async () => {
    await signIn(person);
  });

  test('revokes and forgets', async () => {
    const { sessions } = await readKept(person);
    expect(await person.pizza(['logout'])).toMatchObject({ code: 0 });
    expect((await everyPath(person)).filter(({ isFile }) => isFile)).toEqual([]);
    const { clientId: ClientId, clientSecret: ClientSecret } = (await stage.profile()).pools['customers'] ?? {};
    const RefreshToken = sessions[0]?.refreshToken ?? '';
    const renewal = stage.sdk.getTokensFromRefreshToken({ ClientId, ClientSecret: ClientSecret ?? '', RefreshToken });
    await expect(renewal).rejects.toThrow('revoked');
  });

  test('twice at once is fine for both, and so is a third time', async () => {
    const answers = await Promise.all([person.pizza(['logout']), person.pizza(['logout'])]);
    expect(answers.map(({ code }) => code)).toEqual([0, 0]);
    const said = new Set(answers.map(({ stderr }) => /Signed out|Nobody/.exec(stderr)?.[0]));
    expect(said).toEqual(new Set(['Nobody', 'Signed out']));
    expect(await person.pizza(['logout'])).toMatchObject({ code: 0 });
  });

  test('everywhere ends the sign-ins on other machines', async () => {
    const elsewhere = await stage.newPerson();
    await signIn(elsewhere);
    expect(await person.pizza(['logout', '--all'])).toMatchObject({ code: 0 });
    await expireKept(elsewhere);
    expect(await elsewhere.pizza(['token'])).toMatchObject({ code: 3 });
  });

  test('while Cognito is away keeps the tokens, to be revoked later', async () => {
    const LOCAL_DIR = join(person.home, 'away');
    await mkdir(LOCAL_DIR, { mode: 0o700 });
    const profile = { ...(await stage.profile()), cognitoEndpoint: 'http://127.0.0.1:1' };
    await writeFile(join(LOCAL_DIR, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
    expect(await person.pizza(['logout'], { env: { LOCAL_DIR } })).toMatchObject({ code: 6 });
    expect((await stat(await keptPath(person))).isFile()).toBe(true);
  });
});
