import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readClaims } from '../../app/cli/session/session.js';
import { expireTokens, sessionFile, readStored } from './stored-sessions.js';
import { COMMAND, PASSWORD, startEnvironment, type Environment, type Person } from './environment.js';

let environment: Environment;
let first: Person;
let person: Person;

beforeAll(async () => {
  environment = await startEnvironment();
  first = await environment.newPerson();
  await first.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
});
afterAll(() => environment.stop());
beforeEach(async () => {
  person = await environment.newCopy(first);
});

const many = (count: number) => Promise.all(Array.from({ length: count }, () => person.runProcess(['token'])));

describe('token', () => {
  test('prints the stored access token and nothing else', async () => {
    const { sessions } = await readStored(person);
    expect(await person.runProcess(['token'])).toEqual({
      code: 0,
      stdout: `${sessions[0]?.accessToken}\n`,
      stderr: '',
    });
  });

  test('prints the ID token, and a header line', async () => {
    const { stdout } = await person.runProcess(['token', '--id', '--header']);
    expect(stdout).toMatch(/^Authorization: Bearer eyJ\S+\n$/);
    expect(readClaims(stdout.slice(22))).toMatchObject({ token_use: 'id', 'cognito:username': 'regular' });
  });

  test('makes no request while a stored token is good enough', async () => {
    const LOCAL_DIR = await environment.changedLocalDir({ cognitoEndpoint: 'http://127.0.0.1:1' });
    expect(await person.runProcess(['token'], { env: { LOCAL_DIR } })).toMatchObject({ code: 0 });
    await expireTokens(person);
    expect(await person.runProcess(['token'], { env: { LOCAL_DIR } })).toMatchObject({ code: 6, stdout: '' });
  });

  test('is renewed if it expires sooner than --min-ttl', async () => {
    await expireTokens(person, { inMs: 120_000 });
    const { sessions } = await readStored(person);
    const old = `${sessions[0]?.accessToken}\n`;
    expect(await person.runProcess(['token', '--min-ttl', '1m'])).toMatchObject({ code: 0, stdout: old });
    const renewed = await person.runProcess(['token', '--min-ttl', '3m']);
    expect(renewed).toMatchObject({ code: 0, stderr: '' });
    expect(renewed.stdout).not.toBe(old);
  });

  test('is renewed if the clock was set back after it was obtained', async () => {
    const stored = await readStored(person);
    const sessions = stored.sessions.map((session) => Object.assign(session, { obtainedAt: Date.now() + 3_600_000 }));
    await writeFile(await sessionFile(person), JSON.stringify({ ...stored, sessions }));
    expect((await person.runProcess(['token'])).stdout).not.toBe(`${sessions[0]?.accessToken}\n`);
  });

  test('refuses a --min-ttl longer than the lifetime of the tokens, without a renewal', async () => {
    const before = await readStored(person);
    expect(await person.runProcess(['token', '--min-ttl', '2h', '--json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ttl_too_long'),
    });
    expect(await readStored(person)).toEqual(before);
  });

  test('has the claims that the attributes and the trigger give once it is renewed', async () => {
    const { userPoolId: UserPoolId = '' } = (await environment.profile()).pools['customers'] ?? {};
    const claimsOf = async (...flags: string[]) => readClaims((await person.runProcess(['token', ...flags])).stdout);
    const change = (Value: string) =>
      environment.sdk.adminUpdateUserAttributes({
        UserPoolId,
        Username: 'regular',
        UserAttributes: [{ Name: 'custom:tenant', Value }],
      });
    await change('globex');
    expect(await claimsOf()).toMatchObject({ 'custom:tenant': 'acme' });
    await expireTokens(person);
    const claims = [await claimsOf(), await claimsOf('--id')];
    expect(claims).toMatchObject([{ 'custom:tenant': 'globex' }, { 'custom:tenant': 'globex' }]);
    const me = await person.runProcess(['call', 'GET', '/me', '--pool', 'customers']);
    expect(JSON.parse(me.stdout)).toMatchObject({ claims: { tenant: 'globex' } });
    await change('acme');
  });

  test("renews a machine's token too", async () => {
    await person.run(['login', '--machine']);
    const { stdout: old } = await person.runProcess(['token', '--pool', 'staff']);
    await expireTokens(person, { pool: 'staff' });
    const { code, stdout } = await person.runProcess(['token', '--pool', 'staff']);
    expect(code).toBe(0);
    expect(stdout).not.toBe(old);
  });
});

/** FULL=1 starts 50 commands at once. */
const COMMANDS = process.env['FULL'] === '1' ? 50 : 20;

describe('when a token expires', () => {
  test(`${COMMANDS} commands at once renew it once`, async () => {
    const { sessions } = await readStored(person);
    await expireTokens(person);
    const answers = await many(COMMANDS);
    expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
    const tokens = new Set(answers.map(({ stdout }) => stdout));
    expect(tokens.size).toBe(1);
    expect(tokens).not.toContain(`${sessions[0]?.accessToken}\n`);
  }, 60_000);

  test('a process that was killed while it renewed blocks no other, and one of them renews', async () => {
    await expireTokens(person);
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    const lock = `${await sessionFile(person)}.lock`;
    await writeFile(lock, JSON.stringify({ pid: gone.pid, host: hostname(), id: 'killed' }), { mode: 0o600 });
    const answers = await many(10);
    expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
  }, 60_000);

  test('a session that was ended elsewhere requires a sign-in, which then works', async () => {
    const { userPoolId } = (await environment.profile()).pools['customers'] ?? { userPoolId: '' };
    await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    await environment.sdk.adminUserGlobalSignOut({ UserPoolId: userPoolId, Username: 'regular' });
    await expireTokens(person);
    const { code, stdout, stderr } = await person.run(['token']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`${COMMAND} login regular`);
    expect(await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD })).toMatchObject({
      code: 0,
    });
  });
});

describe('an emulator with the older renewal flow alone', () => {
  let server: Server;
  let seen: { operation: string; parameters?: Record<string, string> }[] = [];

  beforeAll(async () => {
    // An endpoint in front of the local Cognito that lacks one operation.
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
        const body = Buffer.concat(chunks).toString();
        const { AuthParameters: parameters } = JSON.parse(body) as { AuthParameters?: Record<string, string> };
        seen.push({ operation, ...(parameters && { parameters }) });
        const type = 'application/x-amz-json-1.1';
        if (operation === 'GetTokensFromRefreshToken') {
          response.writeHead(400, { 'content-type': type }).end('{"__type":"UnknownOperationException"}');
          return;
        }
        const headers = { 'content-type': type, 'x-amz-target': String(request.headers['x-amz-target']) };
        void fetch(environment.cognitoEndpoint, { method: 'POST', headers, body }).then(async (answer) =>
          response.writeHead(answer.status, { 'content-type': type }).end(await answer.text()),
        );
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => {
    server.close();
  });

  test('the secret hash is made with the internal user name, not with the alias that was typed', async () => {
    const { UserPool } = await environment.sdk.createUserPool({
      PoolName: 'aliases',
      AliasAttributes: ['preferred_username'],
    });
    const userPoolId = UserPool?.Id ?? '';
    const { UserPoolClient } = await environment.sdk.createUserPoolClient({
      UserPoolId: userPoolId,
      ClientName: 'aliases',
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    const user = { UserPoolId: userPoolId, Username: 'internal-7' };
    const UserAttributes = [{ Name: 'preferred_username', Value: 'wario' }];
    await environment.sdk.adminCreateUser({ ...user, UserAttributes, MessageAction: 'SUPPRESS' });
    await environment.sdk.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true });
    const { ClientId: clientId = '', ClientSecret: clientSecret = '' } = UserPoolClient ?? {};
    const issuer = `${environment.cognitoEndpoint}/${userPoolId}`;
    const profile = await environment.profile();
    const cognitoEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const customers = { userPoolId, clientId, clientSecret, issuer, jwksUri: `${issuer}/.well-known/jwks.json` };
    const input = JSON.stringify({ ...profile, cognitoEndpoint, pools: { customers } });
    expect(await person.run(['profile', 'add', 'aliases'], { input })).toMatchObject({ code: 0 });

    const flags = ['--profile', 'aliases'];
    await person.run(['login', 'wario', '--password-stdin', ...flags], { input: PASSWORD });
    await expireTokens(person, { profile: 'aliases' });
    seen = [];
    const { code, stdout } = await person.run(['token', ...flags]);
    expect(code).toBe(0);
    expect(readClaims(stdout)).toMatchObject({ username: 'internal-7' });
    expect(seen.map(({ operation }) => operation)).toEqual(['GetTokensFromRefreshToken', 'InitiateAuth']);
    const hash = await person.run(['secret-hash', 'internal-7', ...flags], { input: clientSecret });
    expect(seen[1]?.parameters?.['SECRET_HASH']).toBe(hash.stdout.trim());
  });
});
