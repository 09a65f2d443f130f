import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { hasAwsCode } from '../aws/aws-error.js';
import type { Cognito } from '../aws/clients.js';
import { isSecretRefused, probeSignIn } from '../aws/probe.js';
import { withLiveSecret } from '../session/client-secret.js';
import { renewProfileHint, type Target } from '../state/profiles.js';
import type { Terminal } from '../terminal/terminal.js';
import { fault, ok, unchecked, type Finding } from './finding.js';

/** Flows that allow a password, and a renewal, under their newer and older names. */
const PASSWORD_FLOWS = ['ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH'];
const REFRESH_FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH'];

/**
 * Checks pool and client in two ways: by the sign-in of a user that does not exist, which takes no AWS credentials and
 * tells a wrong secret from a flow that is off; and by Cognito's own description, which does.
 */
export async function checkClient(cognito: Cognito, target: Target, terminal: Terminal): Promise<Finding[]> {
  const described = await checkDescription(cognito, target);
  if (described.some(({ check, status }) => check === 'pool' && status === 'fault')) return described;
  const findings = [...described, await probe(cognito, target, terminal)];
  const messages = findings.map(({ message }) => message);
  return findings.filter(({ message }, index) => messages.indexOf(message) === index);
}

async function probe(cognito: Cognito, target: Target, terminal: Terminal): Promise<Finding> {
  const { poolName, pool } = target;
  try {
    const refusal = await probeSignIn(cognito, (await withLiveSecret(target, terminal)).pool);
    if (isSecretRefused(refusal)) return secretWrong(target);
    if (hasAwsCode(refusal, 'ResourceNotFoundException')) return clientMissing(target);
    if (hasAwsCode(refusal, 'InvalidParameterException')) return flowOff(target, 'ALLOW_USER_PASSWORD_AUTH');
    return ok('client', `${poolName}: client ${pool.clientId} accepts its secret and the password flow`);
  } catch (error) {
    return unchecked('client', error);
  }
}

async function checkDescription({ sdk, client }: Cognito, target: Target): Promise<Finding[]> {
  const { profileName, poolName, pool } = target;
  const { userPoolId: UserPoolId, clientId: ClientId } = pool;
  try {
    await client.send(new sdk.DescribeUserPoolCommand({ UserPoolId }));
  } catch (error) {
    if (!isMissing(error)) return [unchecked('pool', error)];
    const hint = `Create it (npm start, make deploy). ${renewProfileHint(profileName)}`;
    return [fault('pool', `${poolName}: there is no user pool ${UserPoolId}.`, hint)];
  }
  try {
    const { UserPoolClient } = await client.send(new sdk.DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    return [ok('pool', `${poolName}: ${UserPoolId} exists`), ...checkFlows(target, UserPoolClient ?? {})];
  } catch (error) {
    return [isMissing(error) ? clientMissing(target) : unchecked('client', error)];
  }
}

function checkFlows(
  target: Target,
  { ExplicitAuthFlows: flows = [], RefreshTokenRotation }: UserPoolClientType,
): Finding[] {
  const allowsAny = (names: string[]) => names.some((name) => flows.some((flow) => flow === name));
  const rotates = RefreshTokenRotation?.Feature === 'ENABLED';
  return [
    ...(allowsAny(PASSWORD_FLOWS) ? [] : [flowOff(target, 'ALLOW_USER_PASSWORD_AUTH')]),
    ...(rotates || allowsAny(REFRESH_FLOWS) ? [] : [flowOff(target, 'ALLOW_REFRESH_TOKEN_AUTH')]),
  ];
}

function secretWrong({ profileName, poolName, pool }: Target): Finding {
  return fault(
    'client_secret',
    `${poolName}: the profile's secret of client ${pool.clientId} is wrong: Cognito refuses every sign-in.`,
    renewProfileHint(profileName),
  );
}

function clientMissing({ profileName, poolName, pool }: Target): Finding {
  return fault('client', `${poolName}: there is no client ${pool.clientId}.`, renewProfileHint(profileName));
}

function flowOff({ poolName, pool }: Target, flow: string): Finding {
  return fault(
    'client_flow',
    `${poolName}: client ${pool.clientId} does not allow the flow ${flow}.`,
    `Add ${flow} to the client's flows: input auth_flows of the Terraform module user-pool-client, or update-user-pool-client --explicit-auth-flows.`,
  );
}

const isMissing = (error: unknown) => hasAwsCode(error, 'ResourceNotFoundException');
