import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { environmentFor } from './environment.js';
import { NODE_VERSIONS, startFunction, type LambdaFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

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
  });
});

test('the variables of a local server are no part of the settings', async () => {
  const environment = { ...environmentFor([customers]), PORT: 'none', HOST: 'none', LOCAL_COGNITO_PORT: 'none' };
  lambda = await startFunction({ node: 22, directory: unpacked.directory, environment });
  await expect(lambda.ready).resolves.toBeUndefined();
});
