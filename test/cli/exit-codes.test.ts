import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Profile } from '../../app/cli/state/profile.js';
import { PASSWORD, startStage, type Answer, type Person, type Stage } from './environment.js';

let stage: Stage;
let person: Person;
let stranger: Person;
let server: Server;

beforeAll(async () => {
  stage = await startStage();
  person = await stage.newPerson();
  stranger = await stage.newPerson();
  await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
  // An API that answers with the status in the path.
  server = createServer(({ url = '' }, response) => response.writeHead(Number(url.slice(1))).end(url));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  server.close();
  await stage.stop();
});

/** A directory whose profile `local` is the stage's, changed. */
async function localDir(change: Partial<Profile>): Promise<string> {
  const LOCAL_DIR = await mkdtemp(join(stage.dir, 'changed-'));
  const profile = { ...(await stage.profile()), ...change };
  await writeFile(join(LOCAL_DIR, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
  return LOCAL_DIR;
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
  const { port } = taken.address() as AddressInfo;
  await new Promise((closed) => taken.close(closed));
  return port;
}

function errorOf({ stdout, stderr }: Answer): { code: string; message: string; hint: string } {
  expect(stdout).toBe('');
  const { error } = JSON.parse(stderr) as { error: { code: string; message: string; hint: string } };
  expect(error).toEqual({ code: expect.any(String), message: expect.any(String), hint: expect.stringMatching(/./) });
  return error;
}

const TABLE: [exit: number, code: string, args: string[], input?: string][] = [
  [2, 'usage', ['tokn']],
  [2, 'usage', ['token', '--nope']],
  [2, 'usage', ['token', '--min-ttl', 'soon']],
  [2, 'usage', ['call', 'GET']],
  [2, 'usage', ['call', 'GET', 'http://elsewhere/']],
  [2, 'usage', ['call', 'GET', '@elsewhere/']],
  [2, 'usage', ['call', 'POST', '/', '--data', '{}']],
  [2, 'usage', ['login', 'regular', '--machine']],
  [2, 'usage', ['secret', 'rotate', '--grace', 'x']],
  [2, 'usage', ['profile', 'add', 'local']],
  [2, 'usage', ['profile', 'add', '../evil'], '{}'],
  [2, 'usage', ['completion', 'powershell']],
  [2, 'pool_unknown', ['token', '--pool', 'nobody']],
  [2, 'pool_unknown', ['token', '--pool', '__proto__']],
  [2, 'machine_missing', ['login', '--machine']],
  [1, 'profile_missing', ['token', '--profile', 'cloud']],
  [1, 'profile_invalid', ['profile', 'add', 'cloud'], '{"apiUrl":"http://example.com"}'],
  [1, 'user_unknown', ['user', 'passwd', 'nobody', '--password-stdin'], PASSWORD],
  [1, 'user_exists', ['user', 'add', 'regular', '--password-stdin'], PASSWORD],
  [3, 'not_signed_in', ['token', '--user', 'nobody']],
  [3, 'not_signed_in', ['call', 'GET', '/', '--pool', 'staff']],
  [4, 'credentials_refused', ['login', 'regular', '--password-stdin'], 'Wrong-passw0rd!'],
  [4, 'credentials_refused', ['login', 'nobody', '--password-stdin'], PASSWORD],
  [4, 'password_refused', ['user', 'passwd', 'regular', '--password-stdin'], 'short'],
  [5, 'input_needed', ['login', 'regular']],
  [5, 'input_needed', ['login']],
  [5, 'input_needed', ['user', 'delete', 'regular']],
  [5, 'input_empty', ['login', 'regular', '--password-stdin'], ''],
  [5, 'input_empty', ['login', 'regular', '--password-stdin', '--new-password-stdin'], PASSWORD],
  [5, 'file_unreadable', ['secret-hash', 'regular', '--client-secret-file', 'nowhere']],
  [5, 'file_unreadable', ['call', 'POST', '/', '--data', '@nowhere']],
];

describe('under --json an error is one JSON document on stderr, and the exit code tells its kind', () => {
  test.each(TABLE)('%i %s: pizza %j', async (exit, code, args, input = '') => {
    const answer = await person.pizza([...args, '--json'], { input });
    expect(errorOf(answer).code).toBe(code);
    expect(answer.code).toBe(exit);
  });

  test('6 unreachable: nobody listens', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const env = { LOCAL_DIR: await localDir({ cognitoEndpoint: url, apiUrl: url }) };
    const login = ['login', 'regular', '--password-stdin', '--json'];
    const answers = [
      await person.pizza(login, { env, input: PASSWORD }),
      await person.pizza(['call', 'GET', '/', '--json'], { env }),
    ];
    expect(answers.map(({ code }) => code)).toEqual([6, 6]);
    expect(errorOf(answers[0] as Answer)).toMatchObject({
      code: 'unreachable',
      hint: expect.stringContaining('npm start'),
    });
  });

  test('4 client_secret_refused: the secret in the profile is wrong', async () => {
    const { pools } = await stage.profile();
    const customers = { ...(pools['customers'] as Profile['pools'][string]), clientSecret: 'wrong' };
    const env = { LOCAL_DIR: await localDir({ pools: { customers } }) };
    const answer = await person.pizza(['login', 'regular', '--password-stdin', '--json'], { env, input: PASSWORD });
    expect(answer.code).toBe(4);
    expect(errorOf(answer).code).toBe('client_secret_refused');
  });

  test('1 state_unreadable: a directory is where the profile should be', async () => {
    const LOCAL_DIR = await mkdtemp(join(stage.dir, 'directory-'));
    await mkdir(join(LOCAL_DIR, 'profile.json'), { mode: 0o700 });
    const answer = await person.pizza(['token', '--json'], { env: { LOCAL_DIR } });
    expect(answer.code).toBe(1);
    expect(errorOf(answer).code).toBe('state_unreadable');
  });
});

describe('in words', () => {
  test('an error says what happened and the next command', async () => {
    const { code, stdout, stderr } = await stranger.pizza(['token']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      'Error: You are not signed in to pool customers of profile local: no tokens are kept.\nNext:  pizza login\n',
    );
  });

  test('a misspelt command is answered with the one that was meant', async () => {
    expect((await person.pizza(['whoam'])).stderr).toContain('(Did you mean whoami?)');
  });

  test('--quiet leaves errors, and nothing else on stderr', async () => {
    const login = await stranger.pizza(['login', 'regular', '--password-stdin', '-q'], { input: PASSWORD });
    expect(login).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await stranger.pizza(['token', '-q', '--user', 'x'])).stderr).toMatch(/^Error: /);
  });
});

describe('0 ok', () => {
  test.each([['--help'], ['--version'], ['token', '--help'], ['help', 'user'], ['completion', 'bash']])(
    'pizza %s %s',
    async (...args) => {
      const { code, stdout, stderr } = await person.pizza(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/\S/);
    },
  );

  test('help of a subcommand names the global flags', async () => {
    expect((await person.pizza(['token', '--help'])).stdout).toMatch(/--min-ttl[^]*Global Options:[^]*--profile/);
  });

  test('help that nobody asked for is on stderr, and a wrong usage', async () => {
    for (const args of [[], ['user'], ['secret'], ['profile']]) {
      expect(await person.pizza(args)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^Usage: /),
      });
    }
  });
});

test.each([
  [200, 0],
  [302, 0],
  [401, 4],
  [403, 4],
  [404, 1],
  [500, 1],
  [503, 6],
])('pizza call prints the body of an answer with status %i and exits %i', async (status, exit) => {
  const { port } = server.address() as AddressInfo;
  const env = { LOCAL_DIR: await localDir({ apiUrl: `http://127.0.0.1:${port}` }) };
  const { code, stdout, stderr } = await person.pizza(['call', 'GET', `/${status}`], { env });
  expect({ code, stdout }).toEqual({ code: exit, stdout: `/${status}` });
  expect(stderr.includes(String(status))).toBe(exit !== 0);
});
