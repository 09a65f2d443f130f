import { verifyAddress } from '../accounts/attribute-changes.js';
import { invalidParameter } from '../errors.js';
import { takeParameter } from '../input/members.js';
import { closeChallenge } from '../sign-in/challenges.js';
import type { Answer } from '../sign-in/flow.js';
import { signedIn } from '../sign-in/tokens.js';
import { checkSentCode, useTotp } from './codes.js';
import { openEmailCode } from './email-code.js';
import { enableFactor, factorsOf, factorsToSetUp } from './factors.js';
import { openFactor } from './second-factor.js';

/** A wrong code leaves the session valid, for as long as it lasts. */
export const answerSoftwareToken: Answer = async ({ context, pool, client, user, responses, session }) => {
  useTotp(context, user, takeParameter(responses, 'SOFTWARE_TOKEN_MFA_CODE'));
  closeChallenge(pool, session);
  return signedIn(context, pool, client, user);
};

/** The code that was sent as first factor or as second; it verifies the address. */
export const answerEmailCode: Answer = async ({ context, pool, client, user, challenge, responses, session }) => {
  checkSentCode(context, user, challenge, takeParameter(responses, 'EMAIL_OTP_CODE'));
  closeChallenge(pool, session);
  const { email = '', setsUpEmail = false } = challenge;
  if (setsUpEmail || user.attributes.get('email') === email)
    verifyAddress(pool, user, { attribute: 'email', destination: email });
  if (setsUpEmail) enableFactor(user, 'EMAIL_OTP');
  return signedIn(context, pool, client, user);
};

export const answerMfaChoice: Answer = async ({ context, pool, client, user, responses, session }) => {
  const answer = takeParameter(responses, 'ANSWER');
  const factor = factorsOf(pool, user).find((offered) => offered === answer);
  if (!factor) throw invalidParameter(`ANSWER ${answer} is not one of the user's MFA methods.`);
  closeChallenge(pool, session);
  return openFactor(context, pool, client, user, factor);
};

/** MFA_SETUP: the session of VerifySoftwareToken, or an e-mail address to send a code to. */
export const answerMfaSetUp: Answer = async ({ context, pool, client, user, challenge, responses, session }) => {
  const email = responses.get('EMAIL');
  if (email !== undefined && factorsToSetUp(pool).includes('EMAIL_OTP')) {
    closeChallenge(pool, session);
    return openEmailCode(context, pool, client, user, email, { setsUpEmail: true });
  }
  if (!challenge.tokenVerified) throw invalidParameter('User has not verified software token mfa');
  closeChallenge(pool, session);
  enableFactor(user, 'SOFTWARE_TOKEN_MFA');
  return signedIn(context, pool, client, user);
};
