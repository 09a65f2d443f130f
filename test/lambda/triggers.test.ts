import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NODE_VERSIONS, startFunction, type LambdaFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

/** As https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html describes it. */
const event = {
  version: '2',
  triggerSource: 'TokenGeneration_Authentication',
  region: 'us-east-1',
  userPoolId: 'us-east-1_EXAMPLE',
  userName: 'ann',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1example23456789' },
  request: {
    userAttributes: { sub: 'a', 'cognito:user_status': 'CONFIRMED', 'custom:tenant': 'acme' },
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes: ['aws.cognito.signin.user.admin'],
  },
  response: { claimsAndScopeOverrideDetails: null },
};

describe.each(NODE_VERSIONS)('the package of a trigger, in the runtime client on Node %i', (node) => {
  const { directory, remove } = unpack('dist/fixture/triggers/tenant.zip');
  let trigger: LambdaFunction;

  beforeAll(async () => {
    trigger = await startFunction({ node, directory });
    await trigger.ready;
  });
  afterAll(async () => {
    await trigger.stop();
    remove();
  });

  test('returns the event with the response of the same file in the local Cognito', async () => {
    expect(await trigger.invoke(event)).toEqual({
      ...event,
      response: {
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration: { claimsToAddOrOverride: { 'custom:tenant': 'acme' } },
        },
      },
    });
  });
});
