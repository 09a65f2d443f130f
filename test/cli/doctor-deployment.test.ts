import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Finding } from '../../app/cli/doctor/finding.js';
import { deploy, type Planted } from './deployment.js';
import { AWS_ENV, startMoto, withMoto, type Moto } from './moto.js';
import { startStage, type Person, type Stage } from './environment.js';

withMoto('pizza doctor, on a deployment', () => {
  let stage: Stage;
  let moto: Moto;
  let person: Person;

  beforeAll(async () => {
    [stage, moto] = await Promise.all([startStage(), startMoto()]);
    person = await stage.newPerson({ ...AWS_ENV, AWS_ENDPOINT_URL: moto.endpoint });
  });
  afterAll(async () => {
    await Promise.all([stage.stop(), moto.stop()]);
  });

  async function examine(planted: Planted, apiUrl = moto.apiUrl) {
    const profile = { ...(await stage.profile()), apiUrl };
    const apiId = await deploy(moto, profile, planted);
    await person.pizza(['profile', 'add', 'cloud'], { input: JSON.stringify({ ...profile, apiId }) });
    const { code, stdout } = await person.pizza(['doctor', '--json', '--profile', 'cloud']);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const faults = findings.filter(({ status }) => status === 'fault');
    return { code, findings, faults, checks: faults.map(({ check }) => check) };
  }

  test('says which route has which authorizer, and finds nothing where nothing is wrong', async () => {
    const { code, faults, findings } = await examine({});
    expect({ code, faults }).toEqual({ code: 0, faults: [] });
    const said = findings.map(({ message }) => message);
    expect(said).toContain('GET /: authorizer customers (JWT)');
    expect(said).toContain('POST /pizzas: authorizer staff (JWT)');
    expect(said).toContain('GET /me: no authorizer, as the table says; the app alone checks');
    expect(findings.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['permission', 'cors', 'api']),
    );
  });

  test.each<[string, string, RegExp, Planted]>([
    ['a route without its authorizer', 'route_authorizer', /^GET \/: has no authorizer/, { open: 'GET /' }],
    ['a wrong audience', 'audience', /does not name client \w+/, { audience: ['somebody-else'] }],
    ['a typo in the issuer', 'issuer', /trusts the issuer .*typo/, { issuer: 'https://typo.example.com' }],
    ['CORS missing', 'cors', /^CORS is missing: .*https:\/\/app\.example\.com/, { cors: null }],
    [
      'the function without permission for the gateway',
      'permission',
      /may not invoke the function/,
      { permission: null },
    ],
  ])('finds %s, and names it', async (_fault, check, message, planted) => {
    const { code, faults, checks } = await examine(planted);
    expect([...new Set(checks)]).toEqual([check]);
    expect(faults[0]).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(/./) });
    expect(code).toBe(1);
  });

  test('finds an API that answers without a token', async () => {
    const { checks } = await examine({}, moto.endpoint);
    expect([...new Set(checks)]).toEqual(['api']);
  });

  test('says that an API is gone', async () => {
    const profile = { ...(await stage.profile()), apiUrl: moto.apiUrl, apiId: 'gone' };
    await person.pizza(['profile', 'add', 'cloud'], { input: JSON.stringify(profile) });
    const { code, stdout } = await person.pizza(['doctor', '--profile', 'cloud']);
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringMatching(/FAULT +gateway/) });
  });
});
