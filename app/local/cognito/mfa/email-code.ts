import type { Context } from '../context.js';
import { deliver, deliveryDetails } from '../accounts/delivery.js';
import { DIGITS, randomText } from '../random-text.js';
import { openChallenge } from '../sign-in/challenges.js';
import { hashOf } from '../sign-in/sessions.js';
import type { Challenge, Client, Pool, User } from '../state/state.js';

const CODE_DIGITS = 8;

/** EMAIL_OTP: sends a code, and asks for it. */
export async function openEmailCode(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
  email: string,
  details: Pick<Challenge, 'setsUpEmail'> = {},
) {
  const code = randomText(CODE_DIGITS, DIGITS);
  const codeHash = hashOf(code);
  const Session = openChallenge(context, pool, client, user, 'EMAIL_OTP', { ...details, email, codeHash });
  await deliver(context, pool, user, { kind: 'Authentication', code, to: email, client });
  const { DeliveryMedium, Destination } = deliveryDetails('email', email);
  return {
    ChallengeName: 'EMAIL_OTP',
    Session,
    ChallengeParameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: DeliveryMedium,
      CODE_DELIVERY_DESTINATION: Destination,
      USER_ID_FOR_SRP: user.username,
    },
  };
}
