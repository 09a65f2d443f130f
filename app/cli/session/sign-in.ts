import type { AuthenticationResultType, InitiateAuthCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import { readClaims } from './claims.js';
import type { Cognito } from '../aws/cognito.js';
import { Failure } from '../failure.js';
import type { ProfilePool } from '../state/profile.js';
import { secretHashParameter } from './secret-hash.js';
import type { Session } from './session.js';
import { signInFailure } from './sign-in-failure.js';

/** What Cognito asks of a person after the password, and the parameter that the answer goes into. */
const ANSWERS: Readonly<Record<string, string>> = {
  NEW_PASSWORD_REQUIRED: 'NEW_PASSWORD',
  SMS_MFA: 'SMS_MFA_CODE',
  SOFTWARE_TOKEN_MFA: 'SOFTWARE_TOKEN_MFA_CODE',
  EMAIL_OTP: 'EMAIL_OTP_CODE',
};
const MOST_CHALLENGES = 5;

interface SignIn {
  cognito: Cognito;
  pool: ProfilePool;
  user: string;
  password: string;
  /** Asks the person for what a challenge wants. */
  answer: (challenge: string) => Promise<string>;
  now: () => number;
}

/** Signs a person in with name and password (USER_PASSWORD_AUTH), through the challenges that follow. Throws Failures. */
export async function signIn({ cognito, pool, user, password, answer, now }: SignIn): Promise<Session> {
  const { sdk, client } = cognito;
  const { clientId: ClientId } = pool;
  let reply: Pick<
    InitiateAuthCommandOutput,
    'AuthenticationResult' | 'ChallengeName' | 'ChallengeParameters' | 'Session'
  >;
  try {
    const AuthParameters = { USERNAME: user, PASSWORD: password, ...secretHashParameter(pool, user) };
    reply = await client.send(
      new sdk.InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters }),
    );
    for (let count = 0; !reply.AuthenticationResult && count < MOST_CHALLENGES; count += 1) {
      const name = reply.ChallengeName ?? '';
      const parameter = ANSWERS[name];
      if (!parameter) throw challengeUnknown(name);
      // Cognito wants the name that it gave, not the alias that was typed.
      const username = reply.ChallengeParameters?.['USER_ID_FOR_SRP'] ?? user;
      const ChallengeResponses = {
        USERNAME: username,
        [parameter]: await answer(name),
        ...secretHashParameter(pool, username),
      };
      reply = await client.send(
        new sdk.RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: name as 'NEW_PASSWORD_REQUIRED',
          ChallengeResponses,
          Session: reply.Session,
        }),
      );
    }
  } catch (error) {
    throw signInFailure(error, user);
  }
  return sessionFrom(reply.AuthenticationResult ?? {}, user, now());
}

/** Tokens as Cognito gives them -> a session; `before` is what a renewal leaves as it was. */
export function sessionFrom(result: AuthenticationResultType, user: string, now: number, before?: Session): Session {
  const { AccessToken: accessToken, IdToken: idToken = null, RefreshToken = null } = result;
  if (!accessToken) {
    throw new Failure('unexpected', 'answer_unknown', {
      message: 'Cognito answered without tokens, and without a challenge that is known.',
      hint: 'pizza doctor',
    });
  }
  return {
    user,
    username: readClaims(accessToken).username ?? null,
    accessToken,
    idToken,
    refreshToken: RefreshToken ?? before?.refreshToken ?? null,
    obtainedAt: now,
    expiresAt: { access: expiryOf(accessToken, now), id: idToken === null ? now : expiryOf(idToken, now) },
  };
}

/** By this machine's clock: how long the token lives counts from now on, whatever time Cognito thinks it is. */
function expiryOf(token: string, now: number): number {
  const { iat = 0, exp = 0 } = readClaims(token);
  return now + Math.max(0, exp - iat) * 1000;
}

function challengeUnknown(name: string) {
  return new Failure('unexpected', 'challenge_unknown', {
    message: `Cognito asks for ${name || 'something'}, which this command can't answer.`,
    hint: 'Change how the user signs in, or sign in through an app that knows it.',
  });
}
