import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readClaims } from '../../app/cli/session/claims.js';
import { expireKept, keptPath, readKept } from './stored-sessions.js';
import { PASSWORD, startStage, type Person, type Stage } from './environment.js';

let stage: Stage;
let first: Person;
let person: Person;

beforeAll(async () => {
  stage = await startStage();
  first = await stage.newPerson();
  await first.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
});
afterAll(() => stage.stop());
beforeEach(async () => {
  person = await stage.newCopy(first);
});

const many = (count: number) => Promise.all(Array.from({ length: count }, () => person.pizza(['token'])));

describe('pizza token', () => {
  test('prints the kept access token and nothing else', async () => {
    const { sessions } = await readKept(person);
    expect(await person.pizza(['token'])).toEqual({ code: 0, stdout: `${sessions[0]?.accessToken}\n`, stderr: '' });
  });

  test('prints the ID token, and a header line', async () => {
    const { stdout } = await person.pizza(['token', '--id', '--header']);
    expect(stdout).toMatch(/^Authorization: Bearer eyJ\S+\n$/);
    expect(readClaims(stdout.slice(22))).toMatchObject({ token_use: 'id', 'cognito:username': 'regular' });
  });

  test('asks nobody while a kept token will do', async () => {
    const LOCAL_DIR = await mkdtemp(join(stage.dir, 'unreachable-'));
    const profile = { ...(await stage.profile()), cognitoEndpoint: 'http://127.0.0.1:1' };
    await writeFile(join(LOCAL_DIR, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
    expect(await person.pizza(['token'], { env: { LOCAL_DIR } })).toMatchObject({ code: 0 });
    await expireKept(person);
    expect(await person.pizza(['token'], { env: { LOCAL_DIR } })).toMatchObject({ code: 6, stdout: '' });
  });

  test('is renewed where less is left than --min-ttl asks for', async () => {
    await expireKept(person, { inMs: 120_000 });
    const { sessions } = await readKept(person);
    const old = `${sessions[0]?.accessToken}\n`;
    expect(await person.pizza(['token', '--min-ttl', '1m'])).toMatchObject({ code: 0, stdout: old });
    const renewed = await person.pizza(['token', '--min-ttl', '3m']);
    expect(renewed).toMatchObject({ code: 0, stderr: '' });
    expect(renewed.stdout).not.toBe(old);
  });

  test('is renewed when the clock was set back since it came', async () => {
    const kept = await readKept(person);
    const sessions = kept.sessions.map((session) => Object.assign(session, { obtainedAt: Date.now() + 3_600_000 }));
    await writeFile(await keptPath(person), JSON.stringify({ ...kept, sessions }));
    expect((await person.pizza(['token'])).stdout).not.toBe(`${sessions[0]?.accessToken}\n`);
  });

  test('refuses a --min-ttl that no token of the client has, without trying', async () => {
    const before = await readKept(person);
    expect(await person.pizza(['token', '--min-ttl', '2h', '--json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ttl_too_long'),
    });
    expect(await readKept(person)).toEqual(before);
  });

  test('renews a machine too', async () => {
    await person.pizza(['login', '--machine', '--pool', 'staff']);
    const { stdout: old } = await person.pizza(['token', '--pool', 'staff']);
    await expireKept(person, { pool: 'staff' });
    const { code, stdout } = await person.pizza(['token', '--pool', 'staff']);
    expect(code).toBe(0);
    expect(stdout).not.toBe(old);
  });
});

describe('around an expiry', () => {
  test('50 commands at once make one renewal', async () => {
    const { sessions } = await readKept(person);
    await expireKept(person);
    const answers = await many(50);
    expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
    const tokens = new Set(answers.map(({ stdout }) => stdout));
    expect(tokens.size).toBe(1);
    expect(tokens).not.toContain(`${sessions[0]?.accessToken}\n`);
  }, 60_000);

  test('a command that was killed while it renewed stops nobody, and still one renews', async () => {
    await expireKept(person);
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    const lock = `${await keptPath(person)}.lock`;
    await writeFile(lock, JSON.stringify({ pid: gone.pid, host: hostname(), id: 'killed' }), { mode: 0o600 });
    const answers = await many(10);
    expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
  }, 60_000);

  test('a session that was ended elsewhere asks for a sign-in, and keeps nothing from working', async () => {
    const { userPoolId } = (await stage.profile()).pools['customers'] ?? { userPoolId: '' };
    await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    await stage.sdk.adminUserGlobalSignOut({ UserPoolId: userPoolId, Username: 'regular' });
    await expireKept(person);
    const { code, stdout, stderr } = await person.pizza(['token']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('pizza login regular');
    expect(await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD })).toMatchObject({
      code: 0,
    });
  });
});

describe('where only the old renewal flow is known', () => {
  let server: Server;
  let seen: { operation: string; parameters?: Record<string, string> }[] = [];

  beforeAll(async () => {
    // In front of the stand-in, an endpoint that lacks one operation.
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
        void fetch(stage.cognitoEndpoint, { method: 'POST', headers, body }).then(async (answer) =>
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
    const { UserPool } = await stage.sdk.createUserPool({
      PoolName: 'aliases',
      AliasAttributes: ['preferred_username'],
    });
    const userPoolId = UserPool?.Id ?? '';
    const { UserPoolClient } = await stage.sdk.createUserPoolClient({
      UserPoolId: userPoolId,
      ClientName: 'aliases',
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    const user = { UserPoolId: userPoolId, Username: 'internal-7' };
    const UserAttributes = [{ Name: 'preferred_username', Value: 'wario' }];
    await stage.sdk.adminCreateUser({ ...user, UserAttributes, MessageAction: 'SUPPRESS' });
    await stage.sdk.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true });
    const { ClientId: clientId = '', ClientSecret: clientSecret = '' } = UserPoolClient ?? {};
    const issuer = `${stage.cognitoEndpoint}/${userPoolId}`;
    const profile = await stage.profile();
    const cognitoEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const customers = { userPoolId, clientId, clientSecret, issuer, jwksUri: `${issuer}/.well-known/jwks.json` };
    const input = JSON.stringify({ ...profile, cognitoEndpoint, pools: { customers } });
    expect(await person.pizza(['profile', 'add', 'aliases'], { input })).toMatchObject({ code: 0 });

    const flags = ['--profile', 'aliases'];
    await person.pizza(['login', 'wario', '--password-stdin', ...flags], { input: PASSWORD });
    await expireKept(person, { profile: 'aliases' });
    seen = [];
    const { code, stdout } = await person.pizza(['token', ...flags]);
    expect(code).toBe(0);
    expect(readClaims(stdout)).toMatchObject({ username: 'internal-7' });
    expect(seen.map(({ operation }) => operation)).toEqual(['GetTokensFromRefreshToken', 'InitiateAuth']);
    const hash = await person.pizza(['secret-hash', 'internal-7', ...flags], { input: clientSecret });
    expect(seen[1]?.parameters?.['SECRET_HASH']).toBe(hash.stdout.trim());
  });
});
