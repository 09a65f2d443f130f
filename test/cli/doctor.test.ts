import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../app/cli/doctor/finding.js';
import type { ProfilePool } from '../../app/platform/contract/profile.js';
import { PASSWORD, startEnvironment, type Person, type Environment } from './environment.js';

let environment: Environment;
let person: Person;
let customers: ProfilePool;

beforeAll(async () => {
  environment = await startEnvironment();
  customers = (await environment.profile()).pools['customers'] as ProfilePool;
});
afterAll(() => environment.stop());
beforeEach(async () => {
  person = await environment.newPerson();
});

interface Defect {
  pool?: Partial<ProfilePool>;
  region?: string;
  args?: string[];
  input?: string;
  /** Loaded before the command. */
  preload?: string;
}

/** What `doctor` finds with the pool `customers` alone and a changed profile. */
async function examine({ pool, region = 'us-east-1', args = [], input = '', preload }: Defect) {
  const LOCAL_DIR = await environment.changedLocalDir({ region, pools: { customers: { ...customers, ...pool } } });
  const line = ['doctor', '--json', ...args];
  const { code, stdout, stderr } = await (preload
    ? person.runProcess(line, { input, env: { LOCAL_DIR, NODE_OPTIONS: `--require ${preload}` } })
    : person.run(line, { input, env: { LOCAL_DIR } }));
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, findings, faults: findings.filter(({ status }) => status === 'fault') };
}

async function expectFault(defect: Defect, check: string, message: RegExp) {
  const { code, faults } = await examine(defect);
  expect(faults).toContainEqual({
    check,
    status: 'fault',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  });
  expect(code).toBe(1);
  return faults.map((fault) => fault.check);
}

describe('doctor, locally', () => {
  test('finds no fault in a sound environment', async () => {
    await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    const { code, findings, faults } = await examine({});
    expect({ code, faults }).toEqual({ code: 0, faults: [] });
    expect(findings.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['clock', 'settings', 'keys', 'pool', 'client', 'sign_in', 'api']),
    );
  });

  test('checks every pool unless one is named, and prints its findings in words', async () => {
    const { code, stdout } = await person.run(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +keys +customers: .*$[^]*^ok +keys +staff: .*$/m);
    const { stdout: one } = await person.run(['doctor', '--pool', 'staff']);
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
    const { UserPoolClient } = await environment.sdk.createUserPoolClient({
      UserPoolId: customers.userPoolId,
      ClientName: 'half',
      GenerateSecret: true,
      ExplicitAuthFlows: [other],
    });
    const { ClientId: clientId = '', ClientSecret: clientSecret = '' } = UserPoolClient ?? {};
    const message = new RegExp(`does not allow the flow ${flow}`);
    expect(await expectFault({ pool: { clientId, clientSecret } }, 'client_flow', message)).toEqual(['client_flow']);
  });

  test('finds a disabled user, by name and by the stored session', async () => {
    await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    const user = { UserPoolId: customers.userPoolId, Username: 'regular' };
    await environment.sdk.adminDisableUser(user);
    const args = ['--user', 'regular', '--password-stdin'];
    const found = [
      await expectFault({}, 'user', /regular is disabled/),
      await expectFault({ args, input: PASSWORD }, 'user', /regular is disabled/),
    ];
    await environment.sdk.adminEnableUser(user);
    expect(found).toEqual([['user'], ['user']]);
  });

  test.each([
    [3_600_000, /1 h 0 min ahead of Cognito's/],
    [-3_600_000, /(?:1 h 0 min|59 min 59 s) behind Cognito's/],
  ])('finds the clock off by %i ms', async (shift, message) => {
    const preload = join(environment.dir, `shift-${shift}.cjs`);
    await writeFile(preload, `const now = Date.now; Date.now = () => now() + ${shift};`);
    const found = await expectFault({ preload }, 'clock', message);
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
    const issuer = `${environment.cognitoEndpoint}/${userPoolId}`;
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
    const found = await expectFault({ pool: { jwksUri } }, 'keys', /are unavailable: the endpoint answered 503/);
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
