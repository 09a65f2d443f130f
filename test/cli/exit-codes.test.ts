import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Profile } from '../../app/platform/contract/profile.js';
import { COMMAND, PASSWORD, startEnvironment, type Environment, type Person, type Result } from './environment.js';

let environment: Environment;
let person: Person;
let signedOut: Person;
let server: Server;

beforeAll(async () => {
  environment = await startEnvironment();
  person = await environment.newPerson();
  signedOut = await environment.newPerson();
  await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
  // Stores a machine's token without making it the current one.
  await person.run(['call', 'GET', '/', '--machine', 'kitchen']);
  // An API that answers with the status that the path names.
  server = createServer(({ url = '' }, response) => response.writeHead(Number(url.slice(1))).end(url));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  server.close();
  await environment.stop();
});

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
  const { port } = taken.address() as AddressInfo;
  await new Promise((closed) => taken.close(closed));
  return port;
}

function errorOf({ stdout, stderr }: Result): { code: string; message: string; hint: string } {
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
  [2, 'usage', ['login', 'regular', '--factor', 'pigeon']],
  [2, 'usage', ['login', '--machine', '--code-stdin']],
  [2, 'usage', ['mfa', 'set', 'up', '--show-secret', '--code-stdin']],
  [2, 'usage', ['mfa', 'status', '--user', 'machine kitchen', '--pool', 'staff']],
  [2, 'usage', ['outbox', '--profile', 'cloud']],
  [2, 'usage', ['secret', 'rotate', '--grace', 'x']],
  [2, 'usage', ['prove', '--key', 'nowhere']],
  [2, 'usage', ['profile', 'add', 'local']],
  [2, 'usage', ['profile', 'add', '../evil'], '{}'],
  [2, 'usage', ['completion', 'powershell']],
  [2, 'pool_unknown', ['token', '--pool', 'nobody']],
  [2, 'pool_unknown', ['token', '--pool', '__proto__']],
  [2, 'machine_missing', ['login', '--machine', '--pool', 'customers']],
  [2, 'machine_unknown', ['login', '--machine', 'nobody']],
  [2, 'machine_unknown', ['call', 'GET', '/', '--machine', 'nobody']],
  [2, 'no_id_token', ['call', 'GET', '/', '--machine', '--id']],
  [2, 'usage', ['call', 'GET', '/', '--machine', '--user', 'regular']],
  [2, 'usage', ['profile', 'add', 'cloud', '--allow-host', 'https://example.com'], '{}'],
  [1, 'profile_missing', ['token', '--profile', 'cloud']],
  [1, 'profile_missing', ['profile', 'add', 'cloud', '--machines'], '{}'],
  [1, 'profile_invalid', ['profile', 'add', 'cloud'], '{"apiUrl":"http://example.com"}'],
  [1, 'user_unknown', ['user', 'passwd', 'nobody', '--password-stdin'], PASSWORD],
  [1, 'user_exists', ['user', 'add', 'regular', '--password-stdin'], PASSWORD],
  [3, 'not_signed_in', ['token', '--user', 'nobody']],
  [3, 'not_signed_in', ['mfa', 'status', '--pool', 'staff']],
  [3, 'not_signed_in', ['call', 'GET', '/', '--pool', 'staff']],
  [4, 'credentials_refused', ['login', 'regular', '--password-stdin'], 'Wrong-passw0rd!'],
  [4, 'credentials_refused', ['login', 'nobody', '--password-stdin'], PASSWORD],
  [4, 'password_refused', ['user', 'passwd', 'regular', '--password-stdin'], 'short'],
  [5, 'input_needed', ['login', 'regular']],
  [5, 'input_needed', ['login']],
  [5, 'input_needed', ['mfa', 'set', 'up']],
  [5, 'input_needed', ['user', 'delete', 'regular']],
  [5, 'input_empty', ['login', 'regular', '--password-stdin'], ''],
  [5, 'input_empty', ['login', 'regular', '--password-stdin', '--new-password-stdin'], PASSWORD],
  [5, 'input_empty', ['login', 'regular', '--password-stdin', '--code-stdin'], PASSWORD],
  [5, 'input_empty', ['mfa', 'set', 'up', '--code-stdin'], ''],
  [5, 'code_malformed', ['mfa', 'set', 'up', '--code-stdin'], '12345'],
  [5, 'file_unreadable', ['secret-hash', 'regular', '--client-secret-file', 'nowhere']],
  [5, 'file_unreadable', ['call', 'POST', '/', '--data', '@nowhere']],
];

describe('under --json an error is one JSON document on stderr, and the exit code names its kind', () => {
  test.each(TABLE)('%i %s: %j', async (exit, code, args, input = '') => {
    const answer = await person.run([...args, '--json'], { input });
    expect(errorOf(answer).code).toBe(code);
    expect(answer.code).toBe(exit);
  });

  test('6 unreachable: nothing listens on the port', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const env = { LOCAL_DIR: await environment.changedLocalDir({ cognitoEndpoint: url, apiUrl: url }) };
    const login = ['login', 'regular', '--password-stdin', '--json'];
    const answers = [
      await person.run(login, { env, input: PASSWORD }),
      await person.run(['call', 'GET', '/', '--json'], { env }),
      await person.run(['prove', '--json'], { env }),
    ];
    expect(answers.map(({ code }) => code)).toEqual([6, 6, 6]);
    expect(errorOf(answers[0] as Result)).toMatchObject({
      code: 'unreachable',
      hint: expect.stringContaining('npm start'),
    });
  });

  test('4 client_secret_refused: the secret in the profile is wrong', async () => {
    const { pools } = await environment.profile();
    const customers = { ...(pools['customers'] as Profile['pools'][string]), clientSecret: 'wrong' };
    const env = { LOCAL_DIR: await environment.changedLocalDir({ pools: { customers } }) };
    const answer = await person.run(['login', 'regular', '--password-stdin', '--json'], { env, input: PASSWORD });
    expect(answer.code).toBe(4);
    expect(errorOf(answer).code).toBe('client_secret_refused');
  });

  test('1 state_unreadable: a directory is where the profile should be', async () => {
    const LOCAL_DIR = await mkdtemp(join(environment.dir, 'directory-'));
    await mkdir(join(LOCAL_DIR, 'profile.json'), { mode: 0o700 });
    const answer = await person.run(['token', '--json'], { env: { LOCAL_DIR } });
    expect(answer.code).toBe(1);
    expect(errorOf(answer).code).toBe('state_unreadable');
  });
});

describe('in words', () => {
  test('an error says what happened and what to run next', async () => {
    const { code, stdout, stderr } = await signedOut.run(['token']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `Error: You are not signed in to pool customers of profile local: no tokens are stored.\nNext:  ${COMMAND} login, or another pool with --pool staff\n`,
    );
  });

  test('a refused sign-in names the other pools, where the user may be', async () => {
    const { code, stderr } = await signedOut.run(['login', 'chef', '--password-stdin'], { input: PASSWORD });
    expect(code).toBe(4);
    expect(stderr).toContain(
      `\nNext:  If chef is in another pool, add --pool staff. Try again: ${COMMAND} login chef; or set another password: `,
    );
  });

  test('a misspelt command is answered with a suggestion', async () => {
    expect((await person.run(['whoam'])).stderr).toContain('(Did you mean whoami?)');
  });

  test('--quiet prints errors on stderr, and nothing else', async () => {
    const login = await signedOut.run(['login', 'regular', '--password-stdin', '-q'], { input: PASSWORD });
    expect(login).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await signedOut.run(['token', '-q', '--user', 'x'])).stderr).toMatch(/^Error: /);
  });
});

describe('0 ok', () => {
  test.each([['--help'], ['--version'], ['token', '--help'], ['help', 'user'], ['completion', 'bash']])(
    '%s %s',
    async (...args) => {
      const { code, stdout, stderr } = await person.run(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/\S/);
    },
  );

  test('help of a subcommand names the global flags', async () => {
    expect((await person.run(['token', '--help'])).stdout).toMatch(/--min-ttl[^]*Global Options:[^]*--profile/);
  });

  test('a missing subcommand prints help on stderr, and is wrong usage', async () => {
    for (const args of [[], ['user'], ['secret'], ['profile'], ['mfa'], ['mfa', 'set']]) {
      expect(await person.run(args)).toMatchObject({
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
])('call prints the body of a response with status %i and exits %i', async (status, exit) => {
  const { port } = server.address() as AddressInfo;
  const env = { LOCAL_DIR: await environment.changedLocalDir({ apiUrl: `http://127.0.0.1:${port}` }) };
  const { code, stdout, stderr } = await person.run(['call', 'GET', `/${status}`], { env });
  expect({ code, stdout }).toEqual({ code: exit, stdout: `/${status}` });
  expect(stderr.includes(String(status))).toBe(exit !== 0);
});
