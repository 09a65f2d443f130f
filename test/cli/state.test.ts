import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { everyPath, expireTokens, sessionFile, readStored } from './stored-sessions.js';
import { BIN, PASSWORD, product, resultOf, startEnvironment, type Environment, type Person } from './environment.js';

let environment: Environment;
let first: Person;
let person: Person;

beforeAll(async () => {
  environment = await startEnvironment();
  first = await environment.newPerson();
  await signIn(first);
});
afterAll(() => environment.stop());
beforeEach(async () => {
  person = await environment.newCopy(first);
});

const signIn = (somebody: Person) => somebody.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });

/** As on a full disk: no file may grow. */
function runOnFullDisk(args: string[], input = '') {
  const script = 'ulimit -f 0; exec "$0" "$@"';
  const env = { PATH: process.env['PATH'], ...person.env };
  const child = spawn('bash', ['-c', script, process.execPath, BIN, ...args], { cwd: person.home, env });
  child.stdin.end(input);
  return resultOf(child);
}

describe('stored state', () => {
  test('is readable by nobody else: directories 0700, files 0600', async () => {
    const input = JSON.stringify(await environment.profile());
    await person.run(['profile', 'add', 'cloud'], { input });
    const paths = await everyPath(person);
    expect(paths.filter(({ isFile }) => isFile)).toHaveLength(2);
    expect(paths.filter(({ isFile, mode }) => mode !== (isFile ? '600' : '700'))).toEqual([]);
  });

  test('holds a session for each user, and the last sign-in is used', async () => {
    await person.run(['user', 'add', 'toad', '--password-stdin'], { input: 'Temp0rary!' });
    const flags = ['--password-stdin', '--new-password-stdin'];
    await person.run(['login', 'toad', ...flags], { input: `Temp0rary!\n${PASSWORD}` });
    const userOf = async (...args: string[]) => (await person.run(['whoami', ...args])).stdout.split(/\s+/)[1];
    expect([await userOf(), await userOf('--user', 'regular')]).toEqual(['toad', 'regular']);
    await person.run(['logout']);
    expect(await person.run(['token'])).toMatchObject({ code: 3, stderr: expect.stringContaining('--user regular') });
    expect(await person.run(['token', '--user', 'regular'])).toMatchObject({ code: 0 });
  });

  test('is in ~/.local/state if XDG_STATE_HOME is not an absolute path', async () => {
    const env = { XDG_STATE_HOME: 'relative' };
    await person.run(['login', 'regular', '--password-stdin'], { env, input: PASSWORD });
    expect(await readdir(join(person.home, '.local', 'state', product.name))).toEqual(['tokens']);
  });
});

describe('state that other users can read is refused', () => {
  test.each([['0640'], ['0604'], ['0620']])('tokens with mode %s', async (mode) => {
    await chmod(await sessionFile(person), Number.parseInt(mode, 8));
    const { code, stdout, stderr } = await person.run(['token']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('chmod go-rwx');
  });

  test('tokens in a directory that other users can write', async () => {
    await chmod(dirname(await sessionFile(person)), 0o777);
    expect(await person.run(['token'])).toMatchObject({ code: 1, stdout: '' });
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

  test.each(GARBLED)('tokens that read %j are left as they are, with a hint', async (text) => {
    const path = await sessionFile(person);
    await writeFile(path, text);
    expect(await person.run(['token'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`mv '${path}'`),
    });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test.each([[['logout']], [['login', 'regular', '--password-stdin']]])(
    '%j overwrites no damaged file',
    async (args) => {
      const path = await sessionFile(person);
      await writeFile(path, '{');
      expect(await person.run(args, { input: PASSWORD })).toMatchObject({ code: 1, stdout: '' });
      expect(await readFile(path, 'utf8')).toBe('{');
    },
  );

  test('a directory instead of the file', async () => {
    const path = await sessionFile(person);
    await rm(path);
    await mkdir(path, { mode: 0o700 });
    expect(await person.run(['token'])).toMatchObject({ code: 1, stderr: expect.stringContaining("can't be read") });
  });
});

describe('no directory for state', () => {
  test('no HOME: a message that names it', async () => {
    const env = { HOME: undefined, XDG_STATE_HOME: undefined };
    const { code, stderr } = await person.run(['login', 'regular', '--password-stdin'], { env, input: PASSWORD });
    expect(code).toBe(1);
    expect(stderr).toMatch(/HOME is not set[^]*Set HOME, or XDG_STATE_HOME/);
  });

  test('a HOME that is a file: a message that names the path', async () => {
    const HOME = join(person.home, 'file');
    await writeFile(HOME, '');
    const env = { HOME, XDG_STATE_HOME: undefined };
    const { code, stderr } = await person.run(['login', 'regular', '--password-stdin'], { env, input: PASSWORD });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(HOME) });
  });
});

describe('a full disk', () => {
  test('loses no stored session, and leaves no temporary files', async () => {
    const before = await readStored(person);
    const { code, stderr } = await runOnFullDisk(['login', 'regular', '--password-stdin'], PASSWORD);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('the disk is full') });
    expect(await readStored(person)).toEqual(before);
    expect(await readdir(dirname(await sessionFile(person)))).toHaveLength(1);
  });

  test('uses up no refresh token: the renewal does not start', async () => {
    await expireTokens(person);
    const { code, stdout, stderr } = await runOnFullDisk(['token', '-v']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toContain('GetTokensFromRefreshToken');
    expect(await person.run(['token'])).toMatchObject({ code: 0 });
  });

  test('rotates no secret: the old one still works', async () => {
    const before = await environment.profile();
    expect(await runOnFullDisk(['secret', 'rotate', '--grace', '0s'])).toMatchObject({ code: 1 });
    expect(await environment.profile()).toEqual(before);
    const login = await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    expect(login.code).toBe(0);
  });

  test('behind stdout is an error, not a truncated token', async () => {
    const env = { PATH: process.env['PATH'], ...person.env };
    const child = spawn('bash', ['-c', '"$0" "$@" > /dev/full', process.execPath, BIN, 'token'], { env });
    expect(await resultOf(child)).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOSPC') });
  });
});

describe('logging out', () => {
  beforeEach(async () => {
    await signIn(person);
  });

  test('revokes the tokens and deletes them', async () => {
    const { sessions } = await readStored(person);
    expect(await person.run(['logout'])).toMatchObject({ code: 0 });
    expect((await everyPath(person)).filter(({ isFile }) => isFile)).toEqual([]);
    const { clientId: ClientId, clientSecret: ClientSecret } = (await environment.profile()).pools['customers'] ?? {};
    const RefreshToken = sessions[0]?.refreshToken ?? '';
    const renewal = environment.sdk.getTokensFromRefreshToken({
      ClientId,
      ClientSecret: ClientSecret ?? '',
      RefreshToken,
    });
    await expect(renewal).rejects.toThrow('revoked');
  });

  test('twice at once succeeds twice, and so does a third time', async () => {
    const answers = await Promise.all([person.runProcess(['logout']), person.runProcess(['logout'])]);
    expect(answers.map(({ code }) => code)).toEqual([0, 0]);
    const outcomes = new Set(answers.map(({ stderr }) => /Signed out|Nobody/.exec(stderr)?.[0]));
    expect(outcomes).toEqual(new Set(['Nobody', 'Signed out']));
    expect(await person.run(['logout'])).toMatchObject({ code: 0 });
  });

  test('everywhere ends the sign-ins on other computers', async () => {
    const elsewhere = await environment.newPerson();
    await signIn(elsewhere);
    expect(await person.run(['logout', '--all'])).toMatchObject({ code: 0 });
    await expireTokens(elsewhere);
    expect(await elsewhere.run(['token'])).toMatchObject({ code: 3 });
  });

  test('while Cognito is unreachable leaves the tokens stored, to be revoked later', async () => {
    const LOCAL_DIR = await environment.changedLocalDir({ cognitoEndpoint: 'http://127.0.0.1:1' });
    expect(await person.run(['logout'], { env: { LOCAL_DIR } })).toMatchObject({ code: 6 });
    expect((await stat(await sessionFile(person))).isFile()).toBe(true);
  });
});
