import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsRefusal } from '../aws/aws-failure.js';
import type { Cognito } from '../aws/cognito.js';
import { Failure } from '../failure.js';
import { isSecretRefused, refusalOfNobody } from '../aws/probe.js';
import type { Target } from '../state/profiles.js';
import { fault, ok, skipped, type Finding } from './finding.js';

const PASSWORD_FLOWS = ['ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH'];
const REFRESH_FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH'];

/**
 * Pool and client by two ways: signing in as a user that nobody has, which takes no AWS credentials and tells a wrong
 * secret from a flow that is off; and Cognito's own description of them, which does.
 */
export async function checkClient(cognito: Cognito, target: Target): Promise<Finding[]> {
  const described = await describe(cognito, target);
  if (described.some(({ check, status }) => check === 'pool' && status === 'fault')) return described;
  const found = [...described, await probe(cognito, target)];
  const told = found.map(({ message }) => message);
  return found.filter(({ message }, index) => told.indexOf(message) === index);
}

async function probe(cognito: Cognito, target: Target): Promise<Finding> {
  const { poolName, pool } = target;
  try {
    const refusal = await refusalOfNobody(cognito, pool);
    if (isSecretRefused(refusal)) return secretWrong(target);
    if (refusal?.reason === 'ResourceNotFoundException') return clientGone(target);
    if (refusal?.reason === 'InvalidParameterException') return flowOff(target, 'ALLOW_USER_PASSWORD_AUTH');
    return ok('client', `${poolName}: secret and password flow of client ${pool.clientId} are as they should be`);
  } catch (error) {
    return notAsked('client', error);
  }
}

async function describe({ sdk, client }: Cognito, target: Target): Promise<Finding[]> {
  const { poolName, pool } = target;
  const { userPoolId: UserPoolId, clientId: ClientId } = pool;
  try {
    await client.send(new sdk.DescribeUserPoolCommand({ UserPoolId }));
  } catch (error) {
    if (!isGone(error)) return [notAsked('pool', error)];
    return [
      fault(
        'pool',
        `${poolName}: there is no user pool ${UserPoolId}.`,
        'Make it (npm start, terraform apply), then write the profile anew.',
      ),
    ];
  }
  try {
    const { UserPoolClient } = await client.send(new sdk.DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    return [ok('pool', `${poolName}: ${UserPoolId} exists`), ...checkFlows(target, UserPoolClient ?? {})];
  } catch (error) {
    if (!isGone(error)) return [notAsked('client', error)];
    return [clientGone(target)];
  }
}

function checkFlows(
  target: Target,
  { ExplicitAuthFlows: flows = [], RefreshTokenRotation }: UserPoolClientType,
): Finding[] {
  const allows = (names: string[]) => names.some((name) => flows.some((flow) => flow === name));
  const rotates = RefreshTokenRotation?.Feature === 'ENABLED';
  return [
    ...(allows(PASSWORD_FLOWS) ? [] : [flowOff(target, 'ALLOW_USER_PASSWORD_AUTH')]),
    ...(rotates || allows(REFRESH_FLOWS) ? [] : [flowOff(target, 'ALLOW_REFRESH_TOKEN_AUTH')]),
  ];
}

const secretWrong = ({ poolName, pool }: Target) =>
  fault(
    'client_secret',
    `${poolName}: the profile's secret of client ${pool.clientId} is wrong: Cognito refuses every sign-in.`,
    'Write the profile anew (`npm start`, or terraform output -json profile | pizza profile add NAME); a rotated secret comes from whoever rotated it.',
  );

const clientGone = ({ poolName, pool }: Target) =>
  fault('client', `${poolName}: there is no client ${pool.clientId}.`, 'Write the profile anew.');

function flowOff({ poolName, pool }: Target, flow: string) {
  return fault(
    'client_flow',
    `${poolName}: client ${pool.clientId} does not allow the flow ${flow}.`,
    `Add ${flow} to the client's flows: input auth_flows of the Terraform module user-pool-client, or update-user-pool-client --explicit-auth-flows.`,
  );
}

const isGone = (error: unknown) => error instanceof AwsRefusal && error.reason === 'ResourceNotFoundException';

/** A check that could not be made is no fault of what it would have looked at. */
export function notAsked(check: string, error: unknown): Finding {
  const failure = error as Error;
  if (!(failure instanceof Failure)) throw failure;
  const isDown = failure.exit === 'unreachable';
  return isDown ? fault(check, failure.message, failure.hint) : skipped(check, failure.message, failure.hint);
}
