import { CognitoIdentityProviderClient, DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetAliasCommand, GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { triggers } from '../../app/api/triggers/index.js';
import { triggerDocuments } from '../../app/platform/triggers/trigger.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';

/** What Cognito's API calls the triggers of Terraform. */
const apiName = (event: string) => event.replaceAll(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());

/** Each trigger of the API: attached to its pool, invoked by it alone, and allowed nothing but its log. */
export function poolTriggers(cloud: () => Cloud) {
  for (const { name, pool, event, version } of triggerDocuments(triggers))
    describe(`the trigger ${name} of pool ${pool}`, () => {
      const functionName = () => `${cloud().outputs.function_name.value}-${name}`;

      test('is attached to the pool, by its alias', async () => {
        const { client } = cloud().emulator;
        const { userPoolId: UserPoolId } = known(cloud().outputs.profile.value.pools[pool]);
        const alias = new GetAliasCommand({ FunctionName: functionName(), Name: 'live' });
        const { AliasArn } = await new LambdaClient(client).send(alias);
        const { UserPool } = await new CognitoIdentityProviderClient(client).send(
          new DescribeUserPoolCommand({ UserPoolId }),
        );
        const expected =
          version === null
            ? { [apiName(event)]: AliasArn }
            : { PreTokenGenerationConfig: { LambdaArn: AliasArn, LambdaVersion: version } };
        expect(UserPool?.LambdaConfig).toMatchObject(expected);
      });

      test('may be invoked by its pool alone', async () => {
        const policy = new GetPolicyCommand({ FunctionName: functionName(), Qualifier: 'live' });
        const { Policy = '' } = await new LambdaClient(cloud().emulator.client).send(policy);
        const { userPoolId } = known(cloud().outputs.profile.value.pools[pool]);
        const { Statement: statements } = JSON.parse(Policy) as { Statement: unknown[] };
        expect(statements).toEqual([
          expect.objectContaining({
            Effect: 'Allow',
            Action: 'lambda:InvokeFunction',
            Principal: { Service: 'cognito-idp.amazonaws.com' },
            Condition: {
              ArnLike: { 'AWS:SourceArn': expect.stringMatching(new RegExp(`:userpool/${userPoolId}$`)) as unknown },
            },
          }),
        ]);
      });

      test('has a role of its own that may write its log and nothing else', async () => {
        const iam = new IAMClient(cloud().emulator.client);
        const RoleName = functionName();
        const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
        expect(AttachedPolicies).toEqual([]);
        const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'function' }));
        expect(JSON.parse(decodeURIComponent(PolicyDocument))).toMatchObject({
          Statement: [
            {
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: [expect.stringMatching(new RegExp(`:log-group:/aws/lambda/${RoleName}:\\*$`))],
            },
          ],
        });
      });
    });
}
