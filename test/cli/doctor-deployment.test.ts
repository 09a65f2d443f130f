import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Finding } from '../../app/cli/doctor/finding.js';
import { checkLiveRoutes } from '../../app/cli/doctor/live-routes.js';
import { startLoopbackServer } from '../lambda/loopback-server.js';
import { deploy, type Defect } from './deployment.js';
import { AWS_ENV, startMoto, describeWithMoto, type Moto } from './moto.js';
import { plannedAccess, plannedRoutes, startEnvironment, type Environment, type Person } from './environment.js';

/** A route of customers alone. */
function guardedRoute(): string {
  return plannedRoutes().find(({ pool }) => pool === 'customers')?.routeKey ?? '';
}

/** A route that a JWT authorizer is not enough for. */
function accessRoute(): string {
  return plannedAccess().find(({ ttlSeconds }) => ttlSeconds !== null)?.routeKey ?? '';
}

describeWithMoto('doctor, on a deployment', () => {
  let environment: Environment;
  let moto: Moto;
  let person: Person;

  beforeAll(async () => {
    [environment, moto] = await Promise.all([startEnvironment(), startMoto()]);
    person = await environment.newPerson({ ...AWS_ENV, AWS_ENDPOINT_URL: moto.endpoint });
  });
  afterAll(async () => {
    await Promise.all([environment.stop(), moto.stop()]);
  });

  async function examine(defect: Defect, apiUrl = moto.apiUrl) {
    const profile = { ...(await environment.profile()), apiUrl };
    const machines = await environment.machines();
    const apiId = await deploy(moto, { profile, machines }, defect);
    await person.run(['profile', 'add', 'cloud'], { input: JSON.stringify({ ...profile, apiId }) });
    await person.run(['profile', 'add', 'cloud', '--machines'], { input: JSON.stringify(machines) });
    const { code, stdout } = await person.run(['doctor', '--json', '--profile', 'cloud']);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const faults = findings.filter(({ status }) => status === 'fault');
    return { code, findings, faults, checks: faults.map(({ check }) => check) };
  }

  test('says which route has which authorizer, and finds no fault in a sound deployment', async () => {
    const { code, faults, findings } = await examine({ aroundCloudFront: 'impossible' });
    expect({ code, faults }).toEqual({ code: 0, faults: [] });
    const messages = findings.map(({ message }) => message);
    const expected = plannedRoutes().map(({ routeKey, pool, claims }) => {
      const byApp = claims ? `; the app alone checks ${claims.join(', ')}` : '';
      return `${routeKey}: ${pool === null ? 'no authorizer, as planned; the app alone checks' : `authorizer ${pool} (JWT)${byApp}`}`;
    });
    expect(new Set(expected.map((message) => message.replace(/^.*?: /, ''))).size).toBe(4);
    expect(messages).toEqual(expect.arrayContaining(expected));
    expect(findings.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['permission', 'cors', 'origin', 'api']),
    );
  });

  test('says which routes have the access authorizer, where it is on', async () => {
    const { code, faults, findings } = await examine({ access: {}, aroundCloudFront: 'possible' });
    expect({ code, faults }).toEqual({ code: 0, faults: [] });
    const access = plannedAccess().filter(({ ttlSeconds }) => ttlSeconds !== null);
    const messages = access.map(
      ({ routeKey, ttlSeconds: seconds }) =>
        `${routeKey}: authorizer access-${seconds}s (Lambda), by all of the route's rules; answers kept ${seconds} s`,
    );
    expect(access).not.toEqual([]);
    expect(findings.map(({ message }) => message)).toEqual(expect.arrayContaining(messages));
    expect(findings.filter(({ check }) => check === 'permission')).toHaveLength(2);
    expect(findings.find(({ check }) => check === 'origin')).toEqual({
      check: 'origin',
      status: 'warning',
      message: 'The API still has its execute-api address: calls around CloudFront are refused by the app alone.',
      hint: 'make deploy',
    });
  });

  test.each<[string, string, RegExp, Defect]>([
    [
      'a route that the access authorizer was forgotten on',
      'route_authorizer',
      /^\S+ \/\S*: lacks the access authorizer, which other routes have/,
      { access: { open: accessRoute() } },
    ],
    [
      'answers that are kept for all routes alike',
      'authorizer_cache',
      /keeps answers without \$context\.routeKey: callers may get another's/,
      { access: { IdentitySource: ['$request.header.Authorization'] } },
    ],
    [
      'answers that are kept for too long',
      'authorizer_cache',
      /keeps answers for 3600 s, and may for \d+ s/,
      { access: { AuthorizerResultTtlInSeconds: 3600 } },
    ],
    [
      'an access authorizer that another API alone may invoke',
      'permission',
      /may not invoke the function \S+-access-authorizer:live/,
      { access: { source: 'another/authorizers/*' } },
    ],
    ['a route without its authorizer', 'route_authorizer', /^\S+ \/\S*: has no authorizer/, { open: guardedRoute() }],
    ['a wrong audience', 'audience', /does not have client \w+/, { audience: ['somebody-else'] }],
    ['a typo in the issuer', 'issuer', /trusts the issuer .*typo/, { issuer: 'https://typo.example.com' }],
    ['CORS missing', 'cors', /^CORS is missing: .*https:\/\/app\.example\.com/, { cors: null }],
    [
      'the function without permission for the gateway',
      'permission',
      /may not invoke the function/,
      { permission: null },
    ],
  ])('finds %s, and names it', async (_fault, check, message, defect) => {
    const { code, faults, checks } = await examine(defect);
    expect([...new Set(checks)]).toEqual([check]);
    expect(faults[0]).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(/./) });
    expect(code).toBe(1);
  });

  test('finds an API that answers without a token', async () => {
    const { checks } = await examine({}, moto.endpoint);
    expect([...new Set(checks)]).toEqual(['api']);
  });

  test('says that an API is gone', async () => {
    const profile = { ...(await environment.profile()), apiUrl: moto.apiUrl, apiId: 'gone' };
    await person.run(['profile', 'add', 'cloud'], { input: JSON.stringify(profile) });
    const { code, stdout } = await person.run(['doctor', '--profile', 'cloud']);
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringMatching(/FAULT +gateway/) });
  });
});

test.each([
  ["WAF's refusals", 'edge', { 'x-amz-cf-id': 'x' }, '', 'CloudFront answers 403 itself, so the API was not asked.'],
  [
    'an app that takes CloudFront for somebody else',
    'origin',
    { 'x-amz-cf-id': 'x', 'x-request-id': 'x' },
    JSON.stringify({ code: 'origin_not_allowed' }),
    "the app refuses what comes through the profile's address, as if it came around CloudFront.",
  ],
  [
    "the API's own refusals through CloudFront",
    'api',
    { 'x-amz-cf-id': 'x', 'apigw-requestid': 'x' },
    '',
    'without a token the API answers 403 instead of 401.',
  ],
])('doctor tells %s', async (_what, check, headers, body, message) => {
  const edge = await startLoopbackServer((_request, response) => response.writeHead(403, headers).end(body));
  const plan = [{ routeKey: 'GET /me', pool: 'customers', scopes: [], accessTtlSeconds: null }];
  const findings = await checkLiveRoutes(edge.url, plan);
  await edge.close();
  expect(findings).toEqual([
    { check, status: 'fault', message: `GET /me: ${message}`, hint: expect.stringMatching(/./) as unknown },
  ]);
});
