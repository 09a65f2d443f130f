import type { Context } from '../context.js';
import { CognitoError } from '../errors.js';
import { openChallenge } from '../sign-in/challenges.js';
import type { Client, MfaFactor, Pool, User } from '../state/state.js';
import { openEmailCode } from './email-code.js';
import { factorsOf, factorsToSetUp } from './factors.js';

/**
 * The challenge of the second factor: the preferred one, a choice among several, or setting one up where the pool
 * requires it. Undefined for a user who needs none.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
 */
export async function openSecondFactor(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
): Promise<object | undefined> {
  const factors = factorsOf(pool, user);
  const [only, another] = factors;
  if (only === undefined) return openSetUp(context, pool, client, user);
  const preferred = factors.find((factor) => factor === user.mfa?.preferred);
  if (preferred !== undefined || another === undefined)
    return openFactor(context, pool, client, user, preferred ?? only);
  return {
    ChallengeName: 'SELECT_MFA_TYPE',
    Session: openChallenge(context, pool, client, user, 'SELECT_MFA_TYPE'),
    ChallengeParameters: { MFAS_CAN_CHOOSE: JSON.stringify(factors), USER_ID_FOR_SRP: user.username },
  };
}

/** Asks for one factor. */
export async function openFactor(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
  factor: MfaFactor,
): Promise<object> {
  if (factor === 'EMAIL_OTP') return openEmailCode(context, pool, client, user, user.attributes.get('email') ?? '');
  return {
    ChallengeName: factor,
    Session: openChallenge(context, pool, client, user, factor),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      ...(user.mfa?.totp?.deviceName !== undefined && { FRIENDLY_DEVICE_NAME: user.mfa.totp.deviceName }),
    },
  };
}

function openSetUp(context: Context, pool: Pool, client: Client, user: User): object | undefined {
  if (pool.mfa?.configuration !== 'ON') return undefined;
  const offered = factorsToSetUp(pool);
  if (offered.length === 0)
    throw new CognitoError('InvalidUserPoolConfigurationException', 'The user pool requires MFA and offers no factor.');
  return {
    ChallengeName: 'MFA_SETUP',
    Session: openChallenge(context, pool, client, user, 'MFA_SETUP'),
    ChallengeParameters: { MFAS_CAN_SETUP: JSON.stringify(offered), USER_ID_FOR_SRP: user.username },
  };
}
