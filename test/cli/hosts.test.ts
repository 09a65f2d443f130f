import { createServer } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isCognitoHost, maySignFor } from '../../app/cli/state/hosts.js';
import type { MachineClient, Profile, ProfilePool } from '../../app/platform/contract/profile.js';
import { PASSWORD, startEnvironment, type Environment, type Person } from './environment.js';

let environment: Environment;
let person: Person;
let cloud: Profile;

beforeAll(async () => {
  environment = await startEnvironment();
  const { pools } = await environment.profile();
  const userPoolId = 'eu-west-1_AbCdEfGhI';
  const issuer = `https://cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`;
  const customers = {
    ...(pools['customers'] as ProfilePool),
    userPoolId,
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
  };
  cloud = {
    apiUrl: 'https://api.example.com',
    cognitoEndpoint: 'https://cognito-idp.eu-west-1.amazonaws.com',
    region: 'eu-west-1',
    pools: { customers },
  };
});
afterAll(() => environment.stop());
beforeEach(async () => {
  person = await environment.newPerson();
});

const addCloud = (profile: object, ...flags: string[]) =>
  person.run(['profile', 'add', 'cloud', ...flags], { input: JSON.stringify(profile) });

const withPool = (change: Partial<ProfilePool>): Profile => ({
  ...cloud,
  pools: { customers: { ...(cloud.pools['customers'] as ProfilePool), ...change } },
});

describe('a profile', () => {
  test('of Amazon Cognito is imported, and the hosts that it names are printed with what they receive', async () => {
    const { code, stderr } = await addCloud(cloud);
    expect(code).toBe(0);
    expect(stderr).toContain('  api.example.com receives tokens and requests\n');
    expect(stderr).toContain(
      '  cognito-idp.eu-west-1.amazonaws.com receives passwords and client secrets, look-ups of signing keys\n',
    );
  });

  test.each<[string, () => Profile]>([
    ['cognitoEndpoint', () => ({ ...cloud, cognitoEndpoint: 'https://cognito.example.com' })],
    [
      'cognitoEndpoint',
      () => ({ ...cloud, cognitoEndpoint: 'https://cognito-idp.eu-west-1.amazonaws.com.example.com' }),
    ],
    ['cognitoEndpoint', () => ({ ...cloud, cognitoEndpoint: 'https://abc.execute-api.eu-west-1.amazonaws.com' })],
    ['pools.customers.issuer', () => withPool({ issuer: 'https://example.com/eu-west-1_AbCdEfGhI' })],
    ['pools.customers.jwksUri', () => withPool({ jwksUri: 'https://example.com/jwks.json' })],
    ['pools.customers.domainUrl', () => withPool({ domainUrl: 'https://login.example.com' })],
  ])('with another host in %s is refused, whatever it looks like', async (field, profile) => {
    const { code, stderr } = await addCloud(profile(), '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('host_unknown') });
    expect(stderr).toContain(`${field} is on `);
  });

  test('is refused when it is used, too: it may have been stored by an older version', async () => {
    await addCloud(cloud);
    const foreign = { ...cloud, cognitoEndpoint: 'https://cognito.example.com' };
    await writeFile(join(person.state, 'profiles', 'cloud.json'), JSON.stringify(foreign), { mode: 0o600 });
    const login = ['login', 'regular', '--password-stdin', '--profile', 'cloud', '--json'];
    const result = await person.run(login, { input: PASSWORD });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('host_unknown') });
  });

  test('is allowed another host by --allow-host alone, and doctor warns of it', async () => {
    const profile = withPool({ jwksUri: 'https://keys.example.com/jwks.json' });
    expect(await addCloud({ ...profile, allowedHosts: ['keys.example.com'] })).toMatchObject({ code: 2 });
    expect(await addCloud(profile, '--allow-host', 'other.example.com')).toMatchObject({ code: 1 });
    expect(await addCloud(profile, '--allow-host', 'KEYS.example.com')).toMatchObject({ code: 0 });
    const stored = JSON.parse(await readFile(join(person.state, 'profiles', 'cloud.json'), 'utf8')) as object;
    expect(stored).toEqual({ ...profile, allowedHosts: ['keys.example.com'] });
  });

  test('of the current directory can allow no host itself', async () => {
    const change = { cognitoEndpoint: 'https://cognito.example.com', allowedHosts: ['cognito.example.com'] };
    const LOCAL_DIR = await environment.changedLocalDir(change);
    const login = ['login', 'regular', '--password-stdin', '--json'];
    const result = await person.run(login, { env: { LOCAL_DIR }, input: PASSWORD });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('host_unknown') });
  });

  test("sends machines' secrets to Cognito's domains alone, unless another host is allowed", async () => {
    const { kitchen } = await environment.machines();
    const machines = (host: string) => {
      return JSON.stringify({ kitchen: { ...(kitchen as MachineClient), tokenUrl: `https://${host}/oauth2/token` } });
    };
    await addCloud(cloud);
    const add = (host: string, ...flags: string[]) =>
      person.run(['profile', 'add', 'cloud', '--machines', ...flags], { input: machines(host) });
    expect(await add('my-domain.auth.eu-west-1.amazoncognito.com')).toMatchObject({ code: 0 });
    expect(await add('auth.example.com')).toMatchObject({ code: 1 });
    expect(await add('auth.example.com', '--allow-host', 'auth.example.com')).toMatchObject({ code: 0 });
  });
});

describe('AWS credentials', () => {
  const CREDENTIALS = {
    AWS_ACCESS_KEY_ID: 'AKIAOPERATOR',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_SESSION_TOKEN: 'session-token',
  };

  test('never sign for a host that is not AWS’s, even if the environment names it', async () => {
    await addCloud(cloud);
    const env = { ...CREDENTIALS, AWS_ENDPOINT_URL: 'https://aws.example.com' };
    const list = await person.run(['user', 'list', '--profile', 'cloud', '--json'], { env });
    expect(list).toMatchObject({ code: 4, stderr: expect.stringContaining('host_not_aws') });
  });

  test('stay at home where a profile’s endpoint is not AWS’s: it gets made-up ones', async () => {
    const headers: (string | undefined)[] = [];
    const server = createServer(({ headers: { authorization, 'x-amz-security-token': token } }, response) => {
      headers.push(authorization, String(token));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"Users":[]}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const cognitoEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const LOCAL_DIR = await environment.changedLocalDir({ cognitoEndpoint });
    const result = await person.run(['user', 'list'], { env: { ...CREDENTIALS, LOCAL_DIR } });
    server.close();
    expect(result).toMatchObject({ code: 0 });
    expect(headers).toEqual([expect.stringContaining('Credential=local/'), 'undefined']);
  });
});

test.each([
  ['cognito-idp.eu-west-1.amazonaws.com', true, true],
  ['cognito-idp-fips.us-gov-west-1.amazonaws.com', true, true],
  ['issuer-cognito-idp.eu-west-1.amazonaws.com', true, false],
  ['my-domain.auth.eu-west-1.amazoncognito.com', true, false],
  ['lambda.eu-west-1.amazonaws.com', false, true],
  ['vpce-0123-abc.lambda.eu-west-1.vpce.amazonaws.com', false, true],
  ['monitoring.eu-west-1.amazonaws.com', false, true],
  ['apigateway.cn-north-1.amazonaws.com.cn', false, true],
  ['127.0.0.1', false, true],
  ['localhost', false, true],
  ['bucket.s3.eu-west-1.amazonaws.com', false, false],
  ['abc.execute-api.eu-west-1.amazonaws.com', false, false],
  ['abc.lambda-url.eu-west-1.on.aws', false, false],
  ['cognito-idp.eu-west-1.amazonaws.com.example.com', false, false],
  ['127.0.0.1.example.com', false, false],
  ['localhost.example.com', false, false],
])('%s: a host of Cognito %s, signed for %s', (host, isCognitos, isSignedFor) => {
  expect([isCognitoHost(host), maySignFor(host)]).toEqual([isCognitos, isSignedFor]);
});
