import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../app/cli/doctor/finding.js';
import type { ProfilePool } from '../../app/cli/state/profile.js';
import { PASSWORD, startStage, type Person, type Stage } from './environment.js';

let stage: Stage;
let person: Person;
let customers: ProfilePool;

beforeAll(async () => {
  stage = await startStage();
  customers = (await stage.profile()).pools['customers'] as ProfilePool;
});
afterAll(() => stage.stop());
beforeEach(async () => {
  person = await stage.newPerson();
});

interface Planted {
  pool?: Partial<ProfilePool>;
  region?: string;
  args?: string[];
  input?: string;
  env?: Record<string, string>;
}

/** What the doctor finds with pool `customers` alone, some of its profile changed. */
async function examine({ pool, region = 'us-east-1', args = [], input = '', env = {} }: Planted) {
  const LOCAL_DIR = await mkdtemp(join(stage.dir, 'planted-'));
  const profile = { ...(await stage.profile()), region, pools: { customers: { ...customers, ...pool } } };
  await writeFile(join(LOCAL_DIR, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
  const { code, stdout, stderr } = await person.pizza(['doctor', '--json', ...args], {
    input,
    env: { LOCAL_DIR, ...env },
  });
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, findings, faults: findings.filter(({ status }) => status === 'fault') };
}

async function expectFault(planted: Planted, check: string, message: RegExp) {
  const { code, faults } = await examine(planted);
  expect(faults).toContainEqual({
    check,
    status: 'fault',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  });
  expect(code).toBe(1);
  return faults.map((fault) => fault.check);
}

describe('pizza doctor, on a laptop', () => {
  test('finds nothing where nothing is wrong', async () => {
    await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    const { code, findings, faults } = await examine({});
    expect({ code, faults }).toEqual({ code: 0, faults: [] });
    expect(findings.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['clock', 'settings', 'keys', 'pool', 'client', 'sign_in', 'api']),
    );
  });

  test('looks at every pool unless one is named, and says in words what it found', async () => {
    const { code, stdout } = await person.pizza(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +keys +customers: .*$[^]*^ok +keys +staff: .*$/m);
    const { stdout: one } = await person.pizza(['doctor', '--pool', 'staff']);
    expect(one).not.toContain('customers');
  });

  test('finds a wrong client secret', async () => {
    const found = await expectFault(
      { pool: { clientSecret: 'wrong' } },
      'client_secret',
      /secret of client \w+ is wrong/,
    );
    expect(found).toEqual(['client_secret']);
  });

  test.each([
    ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
  ] as const)('finds the flow %s off', async (flow, other) => {
    const { UserPoolClient } = await stage.sdk.createUserPoolClient({
      UserPoolId: customers.userPoolId,
      ClientName: 'half',
      GenerateSecret: true,
      ExplicitAuthFlows: [other],
    });
    const { ClientId: clientId = '', ClientSecret: clientSecret = '' } = UserPoolClient ?? {};
    const message = new RegExp(`does not allow the flow ${flow}`);
    expect(await expectFault({ pool: { clientId, clientSecret } }, 'client_flow', message)).toEqual(['client_flow']);
  });

  test('finds a disabled user, by name and by the kept sign-in', async () => {
    await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    const user = { UserPoolId: customers.userPoolId, Username: 'regular' };
    await stage.sdk.adminDisableUser(user);
    const args = ['--user', 'regular', '--password-stdin'];
    const found = [
      await expectFault({}, 'user', /regular is disabled/),
      await expectFault({ args, input: PASSWORD }, 'user', /regular is disabled/),
    ];
    await stage.sdk.adminEnableUser(user);
    expect(found).toEqual([['user'], ['user']]);
  });

  test.each([
    [3_600_000, /1 h 0 min ahead of Cognito's/],
    [-3_600_000, /(?:1 h 0 min|59 min 59 s) behind Cognito's/],
  ])('finds the clock off by %i ms', async (shift, message) => {
    const preload = join(stage.dir, `shift-${shift}.cjs`);
    await writeFile(preload, `const now = Date.now; Date.now = () => now() + ${shift};`);
    const found = await expectFault({ env: { NODE_OPTIONS: `--require ${preload}` } }, 'clock', message);
    expect(found).toEqual(['clock']);
  });

  test('finds a wrong region', async () => {
    const found = await expectFault(
      { region: 'eu-west-1' },
      'region',
      /is in us-east-1, the profile says region eu-west-1/,
    );
    expect(found).toEqual(['region']);
  });

  test('finds that the pool is gone', async () => {
    const userPoolId = 'us-east-1_Gone00000';
    const issuer = `${stage.cognitoEndpoint}/${userPoolId}`;
    const pool = { userPoolId, clientId: 'gone', issuer, jwksUri: `${issuer}/.well-known/jwks.json` };
    expect(await expectFault({ pool }, 'pool', /no user pool us-east-1_Gone00000/)).toEqual(['keys', 'pool']);
  });

  test('finds that the client is gone', async () => {
    expect(await expectFault({ pool: { clientId: 'gone' } }, 'client', /no client gone/)).toEqual(['client']);
  });

  test('finds the key endpoint down', async () => {
    const down = createServer((_request, response) => response.writeHead(503).end());
    await new Promise<void>((listening) => down.listen(0, '127.0.0.1', listening));
    const jwksUri = `http://127.0.0.1:${(down.address() as AddressInfo).port}/jwks.json`;
    const found = await expectFault({ pool: { jwksUri } }, 'keys', /can't be had: the endpoint answered 503/);
    down.close();
    expect(found).toEqual(['keys']);
  });

  test('finds a typo in the issuer', async () => {
    const issuer = `${customers.issuer}x`;
    expect(await expectFault({ pool: { issuer } }, 'issuer', /issuer is .*x, the pool's is/)).toEqual(['issuer']);
  });

  test('finds a password that is refused', async () => {
    const args = ['--user', 'regular', '--password-stdin'];
    expect(await expectFault({ args, input: 'Wr0ng-password' }, 'sign_in', /Incorrect/)).toEqual(['sign_in']);
  });
});
