import { AwsRefusal } from './aws-failure.js';
import { openCognito, type Cognito } from './cognito.js';
import type { Parts } from '../command.js';
import { Failure } from '../failure.js';
import { signInFailure } from '../session/sign-in-failure.js';

/** Does what only whoever runs the pool may do, to the user of that name: on AWS this takes AWS credentials. */
export async function asAdmin(
  parts: Parts,
  name: string,
  work: (cognito: Cognito, userPoolId: string) => Promise<unknown>,
) {
  const { profile, pool } = parts.target();
  try {
    const cognito = await openCognito(profile, parts.terminal);
    await parts.terminal.wait('Asking Cognito', work(cognito, pool.userPoolId));
  } catch (error) {
    throw adminFailure(error, name);
  }
}

function adminFailure(error: unknown, name: string): unknown {
  if (!(error instanceof AwsRefusal)) return error;
  const { reason, said } = error;
  const refusal = (code: string, message: string, hint: string) => new Failure('unexpected', code, { message, hint });
  if (reason === 'UsernameExistsException')
    return refusal('user_exists', `There is a user ${name} already.`, `pizza user passwd ${name}`);
  if (reason === 'UserNotFoundException')
    return refusal('user_unknown', `There is no user ${name}.`, 'pizza user list');
  if (reason !== 'ResourceNotFoundException') return signInFailure(error, name);
  return refusal('resource_unknown', `Cognito knows no such pool or group: ${said}`, 'pizza doctor');
}
