import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { environmentFor } from './environment.js';
import { DIRECT_INVOCATION } from '../../app/platform/contract/direct-invocation.js';
import { EVENT } from '../platform/lambda/invocations.js';
import { NODE_VERSIONS, startFunction, type LambdaFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

const SECRET = 'not-to-be-shown';
const DIGESTS_WRONG = 'ORIGIN_SECRET_DIGESTS must list SHA-256 digests';

let customers: Issuer;
let unpacked: ReturnType<typeof unpack>;
beforeAll(async () => {
  customers = await startIssuer();
  unpacked = unpack('dist/fixture/lambda.zip');
});
let lambda: LambdaFunction;
afterEach(() => lambda.stop());
afterAll(async () => {
  await customers.close();
  unpacked.remove();
});

describe.each(NODE_VERSIONS)('with settings that are wrong the function does not load, with Node %i:', (node) => {
  test.each([
    ['none', {}, ['COGNITO_POOLS is missing', 'TABLE_NAME is missing']],
    ['bad JSON', { COGNITO_POOLS: '{', TABLE_NAME: 'items' }, ['COGNITO_POOLS is not JSON']],
    ['bad carried keys', { COGNITO_KEYS: '[]' }, ['COGNITO_POOLS', 'COGNITO_KEYS must be a JSON object such as']],
    [
      "the secret in place of its digest, which the log doesn't show",
      { ORIGIN_SECRET_DIGESTS: SECRET },
      [DIGESTS_WRONG],
    ],
    ['an unknown level', { LOG_LEVEL: 'loud' }, ['COGNITO_POOLS', 'TABLE_NAME', 'LOG_LEVEL must be one of']],
    ["the API's own setting", { MAX_TAGS: '101' }, ['COGNITO_POOLS', 'MAX_TAGS must be a whole number from 1 to 100']],
  ])('%s', async (_name, environment, problems) => {
    lambda = await startFunction({ node, directory: unpacked.directory, environment });
    const error = { name: 'FunctionError', type: 'StartError' };
    await expect(lambda.ready).rejects.toMatchObject(error);
    await expect(lambda.invoke({})).rejects.toMatchObject(error);
    expect(await lambda.exited).toBe(1);
    expect(lambda.log()).toMatch(/^\S+\t-\tERROR\tInit Error/);
    expect(problems.filter((problem) => !lambda.log().includes(problem))).toEqual([]);
    expect(lambda.log()).not.toContain('index.mjs');
    expect(lambda.log()).not.toContain(SECRET);
  });
});

test('the variables of a local server are no part of the settings', async () => {
  const environment = { ...environmentFor([customers]), PORT: 'none', HOST: 'none', LOCAL_COGNITO_PORT: 'none' };
  lambda = await startFunction({ node: 22, directory: unpacked.directory, environment });
  await expect(lambda.ready).resolves.toBeUndefined();
});

test('ORIGIN_SECRET_DIGESTS lets nobody in but CloudFront, by a value that the environment does not hold, and direct invocations', async () => {
  const digests = [SECRET, 'the next'].map((value) => createHash('sha256').update(value).digest('hex'));
  const environment = { ...environmentFor([customers]), ORIGIN_SECRET_DIGESTS: digests.join() };
  lambda = await startFunction({ node: 22, directory: unpacked.directory, environment });
  const call = async (headers: Record<string, string>, apiId = EVENT.requestContext.apiId) => {
    const { requestContext } = EVENT;
    const event = { ...EVENT, rawPath: '/health', headers, requestContext: { ...requestContext, apiId } };
    const { statusCode, body } = (await lambda.invoke(event)) as { statusCode: number; body: string };
    return [statusCode, (JSON.parse(body) as { code?: string }).code];
  };
  expect(await call({ 'x-origin-verify': SECRET })).toEqual([200, undefined]);
  expect(await call({ 'x-origin-verify': 'the next' })).toEqual([200, undefined]);
  expect(await call({})).toEqual([403, 'origin_not_allowed']);
  expect(await call({}, DIRECT_INVOCATION)).toEqual([200, undefined]);
  expect(lambda.log()).not.toContain(SECRET);
});
