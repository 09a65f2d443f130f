import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { secretHash } from '../../app/cli/session/secret-hash.js';
import { expireTokens, readStored } from './stored-sessions.js';
import { BIN, PASSWORD, startEnvironment, type Environment, type Person } from './environment.js';

let environment: Environment;
let person: Person;

beforeAll(async () => {
  environment = await startEnvironment();
  person = await environment.newPerson();
});
afterAll(() => environment.stop());

test('-v and errors print no secret', async () => {
  const { customers, staff } = (await environment.profile()).pools;
  const output: string[] = [];
  const tokens: string[] = [];
  const run = async (args: string[], input = '', isData = false) => {
    const { stdout, stderr } = await person.runProcess([...args, '-v'], { input });
    output.push(stderr, ...(isData ? [] : [stdout]));
  };
  const collectTokens = async () => {
    for (const { accessToken, idToken, refreshToken } of (await readStored(person)).sessions) {
      tokens.push(accessToken, idToken ?? accessToken, refreshToken ?? accessToken);
    }
  };
  await run(['login', 'regular', '--password-stdin'], PASSWORD);
  await collectTokens();
  await expireTokens(person);
  await run(['token'], '', true);
  await collectTokens();
  await run(['whoami', '--verify']);
  await run(['call', 'GET', '/me']);
  await run(['login', '--machine']);
  await run(['call', 'GET', '/me', '--machine']);
  await run(['user', 'add', 'yoshi', '--password-stdin'], 'Temp0rary!');
  await run(['user', 'passwd', 'yoshi', '--password-stdin'], 'weak-secret');
  await run(['login', 'regular', '--password-stdin'], 'Wr0ng-secret!');
  await run(['secret', 'rotate', '--grace', '0s']);
  await run(['doctor', '--user', 'regular', '--password-stdin', '--pool', 'customers'], PASSWORD);
  await run(['profile', 'add', 'cloud'], JSON.stringify({ clientSecret: customers?.clientSecret }));
  await run(['logout', '--all']);

  const renewed = (await environment.profile()).pools['customers'];
  const secrets = [PASSWORD, 'Temp0rary!', 'weak-secret', 'Wr0ng-secret!', ...tokens];
  const { kitchen } = await environment.machines();
  for (const pool of [customers, renewed, staff, kitchen]) {
    if (!pool?.clientSecret) throw new Error('A client without a secret');
    secrets.push(pool.clientSecret, secretHash(pool.clientSecret, 'regular', pool.clientId));
  }
  const everything = output.join('\n');
  expect(everything).toMatch(/InitiateAuth: ok[^]*GetTokensFromRefreshToken: ok[^]*GlobalSignOut: ok/);
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
});

test('the process list shows no secret while a sign-in runs', async () => {
  const env = { PATH: process.env['PATH'], ...person.env };
  const args = ['login', 'regular', '--password-stdin'];
  const child = spawn(process.execPath, [BIN, ...args], { cwd: person.home, env });
  child.stdin.write(PASSWORD.slice(0, 5));
  const listing = spawn('ps', ['-o', 'args=', '-p', String(child.pid)]);
  let listed = '';
  listing.stdout.on('data', (text: Buffer) => {
    listed += text.toString();
  });
  await once(listing, 'close');
  child.stdin.end(`${PASSWORD.slice(5)}\n`);
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  expect(listed.trim()).toBe([process.execPath, BIN, ...args].join(' '));
});

test('no flag takes a secret', async () => {
  const subcommands = [
    'login',
    'token',
    'call',
    'logout',
    'secret-hash',
    'doctor',
    'user passwd',
    'secret rotate',
    'mfa set up',
  ];
  for (const subcommand of subcommands) {
    const { stdout } = await person.run([...subcommand.split(' '), '--help']);
    expect(stdout).not.toMatch(/--(?:\w+-)*(?:password|secret|token) <(?!file)/);
  }
  for (const flag of ['--password=x', '--client-secret=x', '--token=x']) {
    expect(await person.run(['login', 'regular', flag])).toMatchObject({ code: 2 });
  }
});

test('no line of the README puts a secret into the shell history', async () => {
  const readme = await readFile('app/cli/README.md', 'utf8');
  const lines = readme.split('\n').filter((line) => line.startsWith('$ ') || line.includes('node dist/cli/'));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => /Passw0rd|Temp0rary|eyJ|(?:echo|printf) .*\| *node /.test(line))).toEqual([]);
});
