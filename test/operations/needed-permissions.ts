import type { AwsCall } from '../cloud/aws-calls.js';
import { REGION } from '../harness/emulated-aws.js';
import type { Permission } from '../harness/iam-policy.js';

const ACCOUNT = '123456789012';
const arn = (service: string, resource: string, region = REGION) =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;

/** What a call carries, by name: members of a JSON body, or parameters of a form. */
type Input = Readonly<Record<string, unknown>>;

/** Actions on functions by method and path (https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html). */
const LAMBDA: readonly [method: string, path: RegExp, action: string][] = [
  ['POST', /^$/, 'CreateFunction'],
  ['GET', /^$/, 'GetFunction'],
  ['DELETE', /^$/, 'DeleteFunction'],
  ['PUT', /^\/code$/, 'UpdateFunctionCode'],
  ['GET', /^\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /^\/configuration$/, 'UpdateFunctionConfiguration'],
  ['GET', /^\/code-signing-config$/, 'GetFunctionCodeSigningConfig'],
  ['GET', /^\/concurrency$/, 'GetFunctionConcurrency'],
  ['PUT', /^\/concurrency$/, 'PutFunctionConcurrency'],
  ['DELETE', /^\/concurrency$/, 'DeleteFunctionConcurrency'],
  ['POST', /^\/versions$/, 'PublishVersion'],
  ['GET', /^\/versions$/, 'ListVersionsByFunction'],
  ['POST', /^\/aliases$/, 'CreateAlias'],
  ['GET', /^\/aliases\/[^/]+$/, 'GetAlias'],
  ['PUT', /^\/aliases\/[^/]+$/, 'UpdateAlias'],
  ['DELETE', /^\/aliases\/[^/]+$/, 'DeleteAlias'],
  ['GET', /^\/policy$/, 'GetPolicy'],
  ['POST', /^\/policy$/, 'AddPermission'],
  ['DELETE', /^\/policy\/[^/]+$/, 'RemovePermission'],
  ['POST', /^\/invocations$/, 'InvokeFunction'],
];

const S3: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

/** The resource of a call whose protocol names the operation, by service. */
const RESOURCES: Readonly<Record<string, (input: Input, operation: string, region: string) => unknown>> = {
  'cognito-idp': ({ ResourceArn, UserPoolId }) =>
    ResourceArn ?? (UserPoolId && arn('cognito-idp', `userpool/${text(UserPoolId)}`)),
  dynamodb: ({ ResourceArn, TableName }) => ResourceArn ?? arn('dynamodb', `table/${text(TableName)}`),
  events: ({ ResourceARN, Name, Rule }) => ResourceARN ?? arn('events', `rule/${text(Name ?? Rule)}`),
  iam: ({ RoleName }) => arn('iam', `role/${text(RoleName)}`, ''),
  // An alias of AWS's own keys: which key it is, only AWS knows.
  kms: () => arn('kms', 'key/of-the-alias'),
  // With :* but for tags (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html).
  logs: ({ resourceArn, logGroupName }, operation, region) =>
    operation.startsWith('Describe')
      ? undefined
      : (resourceArn ?? arn('logs', `log-group:${text(logGroupName)}:*`, region)),
  monitoring: (input, operation) => {
    if (operation === 'DescribeAlarms') return undefined;
    const dashboard = input['DashboardName'] ?? input['DashboardNames.member.1'];
    if (dashboard !== undefined) return arn('cloudwatch', `dashboard/${text(dashboard)}`, '');
    return (
      input['ResourceARN'] ?? arn('cloudwatch', `alarm:${text(input['AlarmName'] ?? input['AlarmNames.member.1'])}`)
    );
  },
  // By the name that a secret is made with, whose ARN has six characters more; by its ARN from then on.
  secretsmanager: ({ SecretId, Name }) => SecretId ?? arn('secretsmanager', `secret:${text(Name)}-AbCdEf`),
  ssm: ({ Name, ResourceId }) =>
    (Name ?? ResourceId) && arn('ssm', `parameter${text(Name ?? ResourceId)}`, 'us-east-1'),
  wafv2: ({ ARN, ResourceArn, ResourceARN, LoggingConfiguration, Name }) =>
    ARN ??
    ResourceArn ??
    ResourceARN ??
    (LoggingConfiguration as Input | undefined)?.['ResourceArn'] ??
    arn('wafv2', `global/webacl/${text(Name)}/to-be-made`, 'us-east-1'),
  sns: ({ SubscriptionArn, TopicArn, ResourceArn, Name }) =>
    SubscriptionArn ?? TopicArn ?? ResourceArn ?? arn('sns', text(Name)),
};

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** What the callers must be permitted (https://docs.aws.amazon.com/service-authorization/latest/reference/). */
export function neededPermissions(calls: readonly AwsCall[]): Permission[] {
  const boundaries = new Map<string, string>();
  const distributions: Distributions = { name: '' };
  return calls.flatMap((call) => {
    if (call.service === 'sts') return [];
    if (call.service === 'lambda') return lambda(call);
    if (call.service === 'apigateway') return apiGateway(call);
    if (call.service === 's3') return s3(call);
    if (call.service === 'cloudfront') return cloudFront(call, distributions);
    return byOperation(call, boundaries);
  });
}

function byOperation({ service, region, target, path, body }: AwsCall, boundaries: Map<string, string>): Permission[] {
  const resourceOf = RESOURCES[service];
  if (!resourceOf) throw new Error(`Calls of ${service} are not known here`);
  const input: Input = body.startsWith('{')
    ? (JSON.parse(body) as Input)
    : Object.fromEntries(new URLSearchParams(body));
  const operation = target?.split('.').at(-1) ?? text(input['Action'] ?? path.split('/operation/').at(1));
  const prefix = service === 'monitoring' ? 'cloudwatch' : service;
  const resource = text(resourceOf(input, operation, region)) || '*';
  const context: Record<string, string> = service === 'kms' ? { 'kms:RequestAlias': text(input['KeyId']) } : {};

  if (service === 'iam') {
    // A condition on the boundary looks at what the role has, or is made with.
    const boundary = text(input['PermissionsBoundary']) || boundaries.get(resource);
    if (boundary) boundaries.set(resource, (context['iam:PermissionsBoundary'] = boundary));
  }
  const needed = [{ action: `${prefix}:${operation}`, resource, context }];
  if (hasTags(input)) {
    const tagged = resource === '*' ? arn(prefix, 'userpool/to-be-made') : resource.replace(/:\*$/, '');
    needed.push({ action: TAGGING[service] ?? `${prefix}:TagResource`, resource: tagged, context: {} });
  }
  return needed;
}

function lambda({ method, path, body }: AwsCall): Permission[] {
  const parsed = /^\/[\d-]+\/functions(?:\/(?<name>[^/?]+))?(?<rest>[^?]*)/.exec(path)?.groups ?? {};
  const action = LAMBDA.find((each) => each[0] === method && each[1].test(parsed['rest'] ?? ''))?.[2];
  if (action === undefined) throw new Error(`${method} ${path} of Lambda is not known here`);
  const input = action === 'CreateFunction' ? (JSON.parse(body) as Input) : {};
  // By its name, or by an ARN that may end in a version.
  const name = decodeURIComponent(parsed['name'] ?? text(input['FunctionName'])).replace(/^arn:.*?:function:|:.*/g, '');
  const resource = arn('lambda', `function:${name}`);
  const passed = { 'iam:PassedToService': 'lambda.amazonaws.com' };
  return [
    { action: `lambda:${action}`, resource, context: {} },
    ...(hasTags(input) ? [{ action: 'lambda:TagResource', resource, context: {} }] : []),
    ...('Role' in input ? [{ action: 'iam:PassRole', resource: text(input['Role']), context: passed }] : []),
  ];
}

/** API Gateway's actions are methods, its resources paths. */
function apiGateway({ method, path, body }: AwsCall): Permission[] {
  const resource = `arn:aws:apigateway:${REGION}::${decodeURIComponent(path.replace(/^\/v2|\?.*/g, ''))}`;
  const tags = body.startsWith('{') && hasTags(JSON.parse(body) as Input);
  const tagging = tags ? [{ action: 'apigateway:TagResource', resource, context: {} }] : [];
  return [{ action: `apigateway:${method}`, resource, context: {} }, ...tagging];
}

/** What distributions are tagged with: their ids are in answers alone, and they all belong to one deployment. */
interface Distributions {
  name: string;
}

const CLOUDFRONT: Readonly<Record<string, string>> = {
  GET: 'GetDistribution',
  PUT: 'UpdateDistribution',
  DELETE: 'DeleteDistribution',
};

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations.html */
function cloudFront({ method, path, body }: AwsCall, distributions: Distributions): Permission[] {
  const resource = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
  if (method === 'POST' && path.startsWith('/2020-05-31/distribution?')) {
    distributions.name = /<Key>Name<\/Key><Value>(?<name>[^<]*)</.exec(body)?.groups?.['name'] ?? '';
    const context = { 'aws:RequestTag/Name': distributions.name };
    return ['CreateDistribution', 'TagResource'].map((name) => ({ action: `cloudfront:${name}`, resource, context }));
  }
  const action = path.startsWith('/2020-05-31/tagging') ? 'ListTagsForResource' : CLOUDFRONT[method];
  if (action === undefined) throw new Error(`${method} ${path} of CloudFront is not known here`);
  return [{ action: `cloudfront:${action}`, resource, context: { 'aws:ResourceTag/Name': distributions.name } }];
}

function s3({ method, path }: AwsCall): Permission[] {
  const [, bucket = '', key = ''] = /^\/(?<bucket>[^/?]+)\/?(?<key>[^?]*)/.exec(path) ?? [];
  const action = key === '' ? 'ListBucket' : S3[method];
  return [
    { action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}${key && `/${decodeURIComponent(key)}`}`, context: {} },
  ];
}

const TAGGING: Readonly<Record<string, string>> = { iam: 'iam:TagRole', ssm: 'ssm:AddTagsToResource' };

function hasTags(input: Input): boolean {
  const tags = input['Tags'] ?? input['tags'] ?? input['UserPoolTags'] ?? input['Tags.member.1.Key'];
  return tags !== undefined && Object.keys(Object(tags)).length > 0;
}
