import type * as Sdk from '@aws-sdk/client-lambda';
import { AwsRefusal } from '../aws/aws-failure.js';
import { notAsked } from './client.js';
import { fault, ok, type Finding } from './finding.js';

/** The function that an integration invokes, and by which alias. */
export interface Invoked {
  FunctionName: string;
  Qualifier?: string;
}

export const nameOf = ({ FunctionName, Qualifier }: Invoked) =>
  Qualifier ? `${FunctionName}:${Qualifier}` : FunctionName;

/** Whether the function's policy lets API Gateway invoke it for this API. */
export async function checkPermission(
  sdk: typeof Sdk,
  client: Sdk.LambdaClient,
  target: Invoked,
  apiId: string,
): Promise<Finding> {
  let policy = '{}';
  try {
    policy = (await client.send(new sdk.GetPolicyCommand(target))).Policy ?? policy;
  } catch (error) {
    if (!isMissing(error)) return notAsked('permission', error);
  }
  if (allowsGateway(policy, apiId)) return ok('permission', `API Gateway may invoke ${nameOf(target)}`);
  return fault(
    'permission',
    `API Gateway may not invoke the function ${nameOf(target)}: no permission of it names this API, so callers get 500.`,
    'make deploy: it makes the aws_lambda_permission that names this API and the alias.',
  );
}

interface Statement {
  Effect?: string;
  Principal?: string | { Service?: string };
  Condition?: Record<string, Record<string, string>>;
}

/** A statement for API Gateway whose condition, if it has one, is met by this API. */
function allowsGateway(policy: string, apiId: string): boolean {
  const { Statement: statements = [] } = JSON.parse(policy) as { Statement?: Statement[] };
  return statements.some(({ Effect, Principal, Condition = {} }) => {
    const service = typeof Principal === 'string' ? Principal : Principal?.Service;
    const sources = Object.values(Condition).flatMap((each) => each['AWS:SourceArn'] ?? each['aws:SourceArn'] ?? []);
    return (
      Effect === 'Allow' &&
      service === 'apigateway.amazonaws.com' &&
      sources.every((arn) => arn.split(':').at(-1)?.startsWith(`${apiId}/`))
    );
  });
}

export const isMissing = (error: unknown) =>
  error instanceof AwsRefusal && error.reason === 'ResourceNotFoundException';
