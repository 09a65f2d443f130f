import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { AwsCall } from '../cloud/aws-calls.js';
import type { Cloud } from '../cloud/cloud.js';
import { known } from '../cloud/deployed.js';
import { PERMISSIONS_BOUNDARY, PREVIEW_BOUNDARY } from '../cloud/everything.js';
import { REGION } from '../harness/emulated-aws.js';
import { neededPermissions } from './needed-permissions.js';
import { PREVIEW_KEY_ID, PREVIEW_STATES } from './previews.suite.js';
import { covers, isAllowed, isLike, list, type Permission, type Statement } from '../harness/iam-policy.js';

/** What the role may do and no deployment of these tests does, with the reason. */
const NOT_TRIED: Readonly<Record<string, readonly string[]>> = {
  'the emulated AWS has no such call': [
    'logs:DeleteQueryDefinition',
    'logs:DescribeQueryDefinitions',
    'logs:PutQueryDefinition',
  ],
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
  'API Gateway sets up its access log with the permissions of who makes the stage': [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  'another tfvars file or another declaration changes it': [
    'cognito-idp:AddCustomAttributes',
    'cognito-idp:GetUICustomization',
    'cognito-idp:SetUICustomization',
    'cognito-idp:UpdateGroup',
    'cognito-idp:UpdateResourceServer',
    'cognito-idp:UpdateUserPool',
    'cognito-idp:UpdateUserPoolClient',
    'cognito-idp:UpdateUserPoolDomain',
    'dynamodb:UpdateTable',
    'iam:PutRolePermissionsBoundary',
    'kms:CreateGrant',
    'kms:CreateKey',
    'kms:EnableKeyRotation',
    'kms:GetKeyPolicy',
    'kms:GetKeyRotationStatus',
    'kms:ListResourceTags',
    'kms:PutKeyPolicy',
    'kms:ScheduleKeyDeletion',
    'kms:TagResource',
    'kms:UpdateKeyDescription',
    'lambda:DeleteFunctionConcurrency',
    'lambda:PutFunctionConcurrency',
  ],
  'a tag is removed': [
    'apigateway:UntagResource',
    'cloudwatch:UntagResource',
    'cognito-idp:UntagResource',
    'dynamodb:UntagResource',
    'events:UntagResource',
    'cloudfront:UntagResource',
    'iam:UntagRole',
    'kms:UntagResource',
    'lambda:UntagResource',
    'logs:UntagResource',
    'secretsmanager:UntagResource',
    'sns:UntagResource',
    'ssm:RemoveTagsFromResource',
    'wafv2:UntagResource',
  ],
};
/** The emulated AWS gives an API's domain no status, which Terraform waits for. Tags of what is there already are set by the resource's ARN; keys of their own have triggers that send e-mails. */
const NOT_TRIED_RESOURCES = [
  'arn:aws:apigateway:*::/domainnames',
  'arn:aws:apigateway:*::/domainnames/*',
  'arn:aws:apigateway:*::/tags/*',
  'arn:aws:kms:*:123456789012:key/*',
  // AWS's own rule groups: which of them a call names is in its rules.
  'arn:aws:wafv2:us-east-1:123456789012:global/managedruleset/*/*',
];

const LAMBDA = 'lambda.amazonaws.com';
const OF_DEPLOYMENTS = { 'iam:PermissionsBoundary': PERMISSIONS_BOUNDARY };
const DISTRIBUTION = 'arn:aws:cloudfront::123456789012:distribution/E1';
const tagged = (name: string) => ({ 'aws:ResourceTag/Name': name });
const requested = (name: string) => ({ 'aws:RequestTag/Name': name });
const webAcl = (name: string) => `arn:aws:wafv2:us-east-1:123456789012:global/webacl/${name}/1`;
const parameter = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter/${name}/origin-secret/1`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:123456789012:${resource}`;

const secret = (name: string) => arn('secretsmanager', `secret:${name}`);

/** Calls that nobody may make with the deploy role, with what the call is about. */
const REFUSED = (name: string): readonly [string, Permission][] => {
  const of = (action: string, resource: string, context = {}): Permission => ({ action, resource, context });
  const other = { 'iam:PermissionsBoundary': 'arn:aws:iam::123456789012:policy/other' };
  const toMachine = { 'iam:PassedToService': 'ec2.amazonaws.com' };
  return [
    ['making a role without the boundary', of('iam:CreateRole', role(`${name}-new`))],
    ['making a role with another boundary', of('iam:CreateRole', role(`${name}-new`), other)],
    ['permitting more to a role that has no boundary', of('iam:PutRolePolicy', role(`${name}-old`))],
    ['taking the boundary from a role', of('iam:DeleteRolePermissionsBoundary', role(name), OF_DEPLOYMENTS)],
    ['permitting more to itself', of('iam:PutRolePolicy', role(`${name}-deploy`), OF_DEPLOYMENTS)],
    ['letting others assume it', of('iam:UpdateAssumeRolePolicy', role(`${name}-deploy`))],
    ['changing the boundary', of('iam:CreatePolicyVersion', PERMISSIONS_BOUNDARY)],
    ['passing a role to a virtual machine', of('iam:PassRole', role(name), toMachine)],
    ['changing a function of another product', of('lambda:UpdateFunctionCode', arn('lambda', 'function:other'))],
    ['reading an item', of('dynamodb:GetItem', arn('dynamodb', `table/${name}`))],
    ['reading a user', of('cognito-idp:AdminGetUser', arn('cognito-idp', `userpool/${REGION}_a`))],
    ["reading a client's secret", of('secretsmanager:GetSecretValue', secret(`${name}/people-AbCdEf`))],
    ["replacing a client's secret", of('secretsmanager:PutSecretValue', secret(`${name}/people-AbCdEf`))],
    ['removing a secret of another product', of('secretsmanager:DeleteSecret', secret('other/people-AbCdEf'))],
    ['reading a log', of('logs:FilterLogEvents', arn('logs', `log-group:/aws/lambda/${name}:*`))],
    ['deleting a state', of('s3:DeleteObject', `arn:aws:s3:::${name}-state-123456789012/prod/terraform.tfstate`)],
    ["changing another product's distribution", of('cloudfront:UpdateDistribution', DISTRIBUTION, tagged('other'))],
    ["making another product's distribution", of('cloudfront:CreateDistribution', DISTRIBUTION, requested('other'))],
    ['taking over a distribution by its tag', of('cloudfront:TagResource', DISTRIBUTION, tagged('other'))],
    ["changing another product's web ACL", of('wafv2:UpdateWebACL', webAcl('other'))],
    ["reading another product's secret", of('ssm:GetParameter', parameter('other'))],
    ['reading of another bucket', of('s3:GetObject', 'arn:aws:s3:::other/prod/terraform.tfstate')],
  ];
};

/** Calls that nobody may make with the role of previews. */
const REFUSED_TO_PREVIEWS = (name: string): readonly [string, Permission][] => {
  const of = (action: string, resource: string, context = {}): Permission => ({ action, resource, context });
  const boundary = { 'iam:PermissionsBoundary': PREVIEW_BOUNDARY };
  const state = `arn:aws:s3:::${name}-state-123456789012/prod/terraform.tfstate`;
  return [
    ["reading production's state", of('s3:GetObject', state)],
    ["writing production's state", of('s3:PutObject', state)],
    ["changing production's function", of('lambda:UpdateFunctionCode', arn('lambda', `function:${name}-prod`))],
    ["giving production's calls to another version", of('lambda:UpdateAlias', arn('lambda', `function:${name}`))],
    ["deleting production's table", of('dynamodb:DeleteTable', arn('dynamodb', `table/${name}-prod`))],
    ["removing production's secrets", of('secretsmanager:DeleteSecret', secret(`${name}-prod/people-AbCdEf`))],
    ["changing production's role", of('iam:PutRolePolicy', role(`${name}-prod`), boundary)],
    ["passing production's role", of('iam:PassRole', role(`${name}-prod`), { 'iam:PassedToService': LAMBDA })],
    ['making a role with the boundary of others', of('iam:CreateRole', role(`${name}-pr-7`), OF_DEPLOYMENTS)],
    ['permitting more to itself', of('iam:PutRolePolicy', role(`${name}-preview-deploy`), boundary)],
    ['changing the role that deploys', of('iam:PutRolePolicy', role(`${name}-deploy`), boundary)],
  ];
};

/** The policies of a role of the bootstrap, and of what limits the roles that it makes. */
async function policies({ emulator }: Cloud, RoleName: string, PolicyArn: string) {
  const iam = new IAMClient(emulator.client);
  const parse = (document: string | undefined) =>
    (JSON.parse(decodeURIComponent(known(document))) as { Statement: Statement[] }).Statement;
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'deploy' }));
  const read = async (arn: string) => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const version = { PolicyArn: arn, VersionId: Policy?.DefaultVersionId };
    return parse((await iam.send(new GetPolicyVersionCommand(version))).PolicyVersion?.Document);
  };
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const attached = await Promise.all(AttachedPolicies.map((policy) => read(known(policy.PolicyArn))));
  return { inline: parse(PolicyDocument), attached, boundary: await read(PolicyArn) };
}

const refused = (permissions: readonly Permission[], by: readonly Statement[]) =>
  [
    ...new Set(
      permissions.filter((each) => !isAllowed(by, each)).map(({ action, resource }) => `${action} on ${resource}`),
    ),
  ].toSorted();

/** What the roles of functions are permitted, by the calls that made them. */
function permissionsOfFunctions(calls: readonly AwsCall[]): Permission[] {
  return calls
    .map(({ body }) => new URLSearchParams(body))
    .filter((form) => form.get('Action') === 'PutRolePolicy')
    .flatMap((form) => (JSON.parse(form.get('PolicyDocument') ?? '') as { Statement: Statement[] }).Statement)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((resource) => ({ action, resource, context: {} }))),
    );
}

/** What deploying, and previews, asked of AWS in the tests before; states as if they were in the bootstrap's bucket. */
function calls({ invokable, emulator, documents }: Cloud) {
  const bucket = `${documents.deployment.name}-state-123456789012`;
  const inBucket = (call: AwsCall): AwsCall => ({
    ...call,
    path: call.path.replace(`/${PREVIEW_STATES}`, `/${bucket}`),
  });
  const by = (key: string | undefined) =>
    invokable.calls.filter(({ accessKeyId }) => accessKeyId === key).map(inBucket);
  const ofPreviews = by(PREVIEW_KEY_ID);
  // States of previews alone are deleted.
  const states = ofPreviews.filter(
    ({ service, method, path }) => service === 's3' && !(method === 'DELETE' && path.endsWith('.tfstate')),
  );
  return { ofDeployment: [...by(emulator.environment['AWS_ACCESS_KEY_ID']), ...states], ofPreviews };
}

/** The deploy role's permissions, held against what deploying asked for. */
export function deployRole(cloud: () => Cloud) {
  describe('the deploy role', () => {
    let inline: readonly Statement[];
    let attached: readonly (readonly Statement[])[];
    let statements: readonly Statement[];
    let boundary: readonly Statement[];
    let needed: readonly Permission[];
    const name = () => cloud().documents.deployment.name;

    beforeAll(async () => {
      ({ inline, attached, boundary } = await policies(cloud(), `${name()}-deploy`, PERMISSIONS_BOUNDARY));
      statements = [...inline, ...attached.flat()];
      needed = neededPermissions(calls(cloud()).ofDeployment);
    });

    test('may do everything that applies, releases, a rollback, a destroy and states ask for', () => {
      const some = [
        'lambda:CreateFunction',
        'lambda:UpdateAlias',
        'lambda:InvokeFunction',
        'iam:DeleteRole',
        's3:PutObject',
      ];
      expect(refused(needed, statements)).toEqual([]);
      expect(needed.map(({ action }) => action)).toEqual(expect.arrayContaining(some));
    });

    test('may do nothing else, but for what these tests can not try', () => {
      const permitted = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => list(Action));
      const asked = new Set(needed.map(({ action }) => action));
      expect([...new Set(permitted)].filter((action) => !asked.has(action)).toSorted()).toEqual(
        Object.values(NOT_TRIED).flat().toSorted(),
      );
    });

    test('may do it on no other kind of resource', () => {
      const untried = new Set(Object.values(NOT_TRIED).flat());
      const idle = statements.flatMap((statement) => {
        if (statement.Effect === 'Deny' || list(statement.Action).every((action) => untried.has(action))) return [];
        const own = needed.filter((each) => covers(statement, each));
        return list(statement.Resource).filter((pattern) => !own.some(({ resource }) => isLike(resource, pattern)));
      });
      expect(idle).toEqual(NOT_TRIED_RESOURCES);
    });

    test('is refused what would give it more, or show it what people own', () => {
      const allowed = REFUSED(name()).filter(([, permission]) => isAllowed(statements, permission));
      expect(allowed.map(([what]) => what)).toEqual([]);
    });

    test('makes roles whose permissions are all within the boundary', () => {
      const permissions = permissionsOfFunctions(calls(cloud()).ofDeployment);
      expect(new Set(permissions.map(({ action }) => action.split(':')[0]))).toEqual(
        new Set(['logs', 'dynamodb', 'sts']),
      );
      expect(refused(permissions, boundary)).toEqual([]);
      const assume = (of: string): Permission => ({ action: 'sts:AssumeRole', resource: role(of), context: {} });
      expect(isAllowed(boundary, assume(`${name()}-deploy`))).toBe(false);
    });

    test('has policies and a boundary that IAM takes: 10,240 characters of its own, 6,144 of each other', () => {
      expect(JSON.stringify({ Version: '2012-10-17', Statement: inline }).length).toBeLessThan(10_240);
      expect(attached).toHaveLength(1);
      for (const each of [...attached, boundary])
        expect(JSON.stringify({ Version: '2012-10-17', Statement: each }).length).toBeLessThan(6144);
    });
  });
}

/** The same of the role that deploys previews. */
export function previewRole(cloud: () => Cloud) {
  describe('the role of previews', () => {
    let statements: readonly Statement[];
    let boundary: readonly Statement[];
    const name = () => cloud().documents.deployment.name;

    beforeAll(async () => {
      ({ inline: statements, boundary } = await policies(cloud(), `${name()}-preview-deploy`, PREVIEW_BOUNDARY));
    });

    test('may do everything that previews ask for', () => {
      const needed = neededPermissions(calls(cloud()).ofPreviews);
      expect(needed.map(({ action }) => action)).toEqual(expect.arrayContaining(['iam:CreateRole', 's3:DeleteObject']));
      expect(refused(needed, statements)).toEqual([]);
    });

    test('makes roles whose permissions are all within its boundary', () => {
      const permissions = permissionsOfFunctions(calls(cloud()).ofPreviews);
      expect(permissions.length).toBeGreaterThan(0);
      expect(refused(permissions, boundary)).toEqual([]);
    });

    test("is refused production's names, state and roles, and what would give it more", () => {
      const allowed = REFUSED_TO_PREVIEWS(name()).filter(([, permission]) => isAllowed(statements, permission));
      expect(allowed.map(([what]) => what)).toEqual([]);
    });
  });
}
