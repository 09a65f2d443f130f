import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startIssuer } from '../harness/issuer.js';
import { COMMAND, newPerson, type Person } from './environment.js';

const REGION = 'eu-west-1';
const POOL = `https://cognito-idp.${REGION}.amazonaws.com/${REGION}_AbCdEf123`;

/** As `terraform output -json` has them. */
const OUTPUTS = {
  function_name: { value: 'the-function' },
  alarm_names: { value: [] },
  release: { value: { weight: 0.1, watch_seconds: 0 } },
  machines: { value: {} },
  profile: {
    value: {
      apiUrl: 'https://api.example.com',
      cognitoEndpoint: `https://cognito-idp.${REGION}.amazonaws.com`,
      region: REGION,
      pools: {
        customers: {
          userPoolId: `${REGION}_AbCdEf123`,
          clientId: 'client',
          issuer: POOL,
          jwksUri: `${POOL}/.well-known/jwks.json`,
        },
      },
    },
  },
};

let dir: string;
let person: Person;
let lambda: Server;
/** How Lambda answers, status, body and headers, by the method. */
let answers: Record<string, [number, object, Record<string, string>?]>;
let updates: unknown[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'release-'));
  lambda = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (body !== '') updates.push(JSON.parse(body));
      const [status, answer, headers = {}] = answers[request.method ?? ''] ?? [500, {}];
      const type = status < 400 ? {} : { 'x-amzn-errortype': (answer as { name: string }).name };
      response
        .writeHead(status, { 'content-type': 'application/json', ...type, ...headers })
        .end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => lambda.listen(0, '127.0.0.1', listening));
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
  const credentials = { AWS_ACCESS_KEY_ID: 'operator', AWS_SECRET_ACCESS_KEY: 'x' };
  person = await newPerson(dir, { AWS_ENDPOINT_URL, ...credentials });
});
afterAll(async () => {
  lambda.closeAllConnections();
  lambda.close();
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  updates = [];
});

const run = (subcommand: string, outputs: object = OUTPUTS) =>
  person.run([subcommand, '--json'], { input: JSON.stringify(outputs) });
const alias = (FunctionVersion: string, history: string, weights = {}) => ({
  FunctionVersion,
  Description: `The version that the API invokes. Live so far, latest first: ${history}`,
  RoutingConfig: { AdditionalVersionWeights: weights },
  RevisionId: 'revision',
});
const errorOf = ({ stderr }: { stderr: string }) =>
  (JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: { code: string; message: string; hint: string } })
    .error;

describe.each(['release', 'rollback'])('%s', (subcommand) => {
  test("names everything that Terraform's outputs lack, and how they reach it", async () => {
    const result = await run(subcommand, { function_name: { value: 'the-function' } });
    expect(result.code).toBe(2);
    const { code, message, hint } = errorOf(result);
    expect(code).toBe('outputs_invalid');
    expect(message).toContain('alarm_names is not a list of names; release has no weight, or no time; profile: ');
    expect(hint).toContain(`terraform -chdir=infra output -json | ${COMMAND} ${subcommand}`);
  });

  test('says that nothing is deployed', async () => {
    answers = { GET: [404, { name: 'ResourceNotFoundException' }] };
    const result = await run(subcommand);
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatchObject({ code: 'not_deployed', hint: 'Deploy it: make deploy' });
  });
});

describe('the check of a release', () => {
  /** Everything that is read, in one: the alias, the versions and the newest one's configuration. */
  const deployed = (live: string, ...Versions: string[]) => ({
    ...alias(live, live),
    Versions: Versions.map((Version) => ({ Version })),
    Environment: { Variables: { COGNITO_POOLS: '{}' } },
  });

  async function releaseWith(lambdaAnswers: typeof answers) {
    const issuer = await startIssuer();
    const [name, pool] = Object.entries(OUTPUTS.profile.value.pools)[0] ?? [];
    const pools = { [name ?? '']: { ...pool, jwksUri: issuer.pool.jwksUri } };
    answers = lambdaAnswers;
    const profile = { value: { ...OUTPUTS.profile.value, pools } };
    const result = await run('release', { ...OUTPUTS, profile });
    await issuer.close();
    return result;
  }

  test('ends it, where what everyone may call is refused', async () => {
    const result = await releaseWith({ GET: [200, deployed('1', '1', '2')], POST: [200, { statusCode: 401 }] });
    expect(result.code).toBe(1);
    const { code, message } = errorOf(result);
    expect(code).toBe('check_failed');
    expect(message).toMatch(
      /^Version 2 did not pass its check, and gets no traffic: GET \S+ without a token answered 401 instead of an answer\.$/,
    );
    expect(updates.filter((update) => Object.hasOwn(update as object, 'FunctionVersion'))).toEqual([]);
  });

  test('goes on without a token of a machine whose rotated secret may not be read in Secrets Manager', async () => {
    const tokens = createServer((_request, response) => response.end('{"error":"invalid_client"}'));
    await new Promise<void>((listening) => tokens.listen(0, '127.0.0.1', listening));
    const kitchen = {
      clientId: 'machine',
      clientSecret: 'rotated',
      clientSecretArn: `arn:aws:secretsmanager:${REGION}:123456789012:secret:api/staff/kitchen/machine-AbCdEf`,
      tokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/oauth2/token`,
      scopes: [],
    };
    const version = { ...deployed('1', '1', '2'), Environment: { Variables: { COGNITO_POOLS: '{"staff":{}}' } } };
    answers = { GET: [200, version], POST: [400, { name: 'AccessDeniedException' }] };
    const input = JSON.stringify({ ...OUTPUTS, machines: { value: { kitchen } } });
    const { stderr } = await person.run(['release'], { input });
    tokens.close();
    expect(stderr).toContain('Checking without a token of machine kitchen. ');
    expect(stderr).toContain(`secretsmanager:GetSecretValue on ${kitchen.clientSecretArn}`);
  });

  test('ends it, where CloudFront is in front and a call around it is not kept out', async () => {
    const Environment = { Variables: { COGNITO_POOLS: '{}', ORIGIN_SECRET_DIGESTS: 'a digest' } };
    const version = { ...deployed('1', '1', '2'), Environment };
    const { message } = errorOf(await releaseWith({ GET: [200, version], POST: [200, { statusCode: 401 }] }));
    expect(message).toMatch(/gets no traffic: GET \S+ around CloudFront answered 401 instead of 403\.$/);
  });

  test('says what to do where the version is live, since no other was', async () => {
    const failure = { errorType: 'Error', errorMessage: 'It does not load' };
    const POST: (typeof answers)[string] = [200, failure, { 'x-amz-function-error': 'Unhandled' }];
    const { message, hint } = errorOf(await releaseWith({ GET: [200, deployed('1', '1')], POST }));
    expect(message).toMatch(
      /^Version 1 did not pass its check, and is live: GET \S+ .* ended with Error: It does not load\.$/,
    );
    expect(hint).toBe('No version was live before it: stop the API (infra/RUNBOOK.md), fix the code, and deploy.');
  });
});

describe('rollback', () => {
  test('gives all calls to the version before, and forgets the one that it left', async () => {
    answers = { GET: [200, alias('8', '8, 6, 5')], PUT: [200, alias('6', '6, 5')] };
    const { code, stdout } = await run('rollback');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ function: 'the-function', version: '6', from: '8' });
    expect(updates).toEqual([
      {
        FunctionVersion: '6',
        RoutingConfig: { AdditionalVersionWeights: {} },
        Description: expect.stringMatching(/: 6, 5$/) as unknown,
        RevisionId: 'revision',
      },
    ]);
  });

  test('goes back to the version that was live when the alias was moved by hand', async () => {
    answers = { GET: [200, alias('9', '8, 6')], PUT: [200, alias('8', '8, 6')] };
    expect(JSON.parse((await run('rollback')).stdout)).toMatchObject({ version: '8', from: '9' });
  });

  test('ends a release under way', async () => {
    answers = { GET: [200, alias('6', '6, 5', { 8: 0.1 })], PUT: [200, alias('6', '6, 5')] };
    expect(JSON.parse((await run('rollback')).stdout)).toMatchObject({ version: '6', from: '8' });
  });

  test('says that no version was live before', async () => {
    answers = { GET: [200, alias('1', '1')] };
    const result = await run('rollback');
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatchObject({
      code: 'nothing_before',
      message: 'No version of the-function is known to have been live before version 1.',
    });
    expect(updates).toEqual([]);
  });

  test('leaves an alias alone that somebody else changed meanwhile', async () => {
    answers = { GET: [200, alias('8', '8, 6')], PUT: [412, { name: 'PreconditionFailedException' }] };
    const result = await run('rollback');
    expect(result.code).toBe(1);
    expect(errorOf(result)).toMatchObject({ code: 'alias_changed' });
  });
});
