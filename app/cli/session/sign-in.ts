import type { AuthenticationResultType, InitiateAuthCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import { hasAwsCode } from '../aws/aws-error.js';
import type { Cognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import { Failure } from '../failure.js';
import { codeFailure } from '../mfa/code.js';
import { loginLine, otherPoolFlags, renewProfileHint, userLine, type Target } from '../state/profiles.js';
import type { LiveTarget } from './client-secret.js';
import { secretHashParameter } from './secret-hash.js';
import { readClaims, type Session } from './session.js';

const MAX_CHALLENGES = 5;

type Reply = Pick<
  InitiateAuthCommandOutput,
  'AuthenticationResult' | 'ChallengeName' | 'ChallengeParameters' | 'Session'
>;

/** What Cognito asks for in the middle of a sign-in. */
export interface Challenge {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly session: string | undefined;
  /** Answers it; user name and secret hash are added. `session` is another one to answer in. Throws AwsErrors. */
  readonly respond: (responses: Readonly<Record<string, string>>, session?: string) => Promise<Reply>;
}

export type AnswerChallenge = (challenge: Challenge) => Promise<Reply>;

interface SignIn {
  cognito: Cognito;
  target: LiveTarget;
  user: string;
  password: string;
  answerChallenge: AnswerChallenge;
  now: () => number;
}

/** Signs a person in with name and password (USER_PASSWORD_AUTH), through the challenges that follow. Throws Failures. */
export async function signIn({ cognito, target, user, password, answerChallenge, now }: SignIn): Promise<Session> {
  const { sdk, client } = cognito;
  const { pool } = target;
  const { clientId: ClientId } = pool;
  let username = user;
  let reply: Reply;
  try {
    const AuthParameters = { USERNAME: user, PASSWORD: password, ...secretHashParameter(pool, user) };
    reply = await client.send(
      new sdk.InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters }),
    );
    for (let count = 0; !reply.AuthenticationResult && count < MAX_CHALLENGES; count += 1) {
      const { ChallengeName: name, ChallengeParameters: parameters = {}, Session } = reply;
      // Cognito expects the name that it gave, not the alias that was typed.
      username = parameters['USER_ID_FOR_SRP'] ?? username;
      const answered = { USERNAME: username, ...secretHashParameter(pool, username) };
      const respond: Challenge['respond'] = (responses, session = Session) =>
        client.send(
          new sdk.RespondToAuthChallengeCommand({
            ClientId,
            ChallengeName: name,
            ChallengeResponses: { ...answered, ...responses },
            Session: session,
          }),
        );
      reply = await answerChallenge({ name: name ?? '', parameters, session: Session, respond });
    }
  } catch (error) {
    throw signInFailure(error, user, target);
  }
  return createSession(reply.AuthenticationResult ?? {}, user, now());
}

/** A session from Cognito's tokens; `previous` supplies its client, and the refresh token where a renewal returns none. */
export function createSession(
  result: AuthenticationResultType,
  user: string,
  now: number,
  previous?: Session,
): Session {
  const { AccessToken: accessToken, IdToken: idToken = null, RefreshToken = null } = result;
  if (!accessToken) {
    throw new Failure('unexpected', 'answer_unknown', {
      message: 'Cognito answered with neither tokens nor a known challenge.',
      hint: commandLine('doctor'),
    });
  }
  return {
    user,
    username: readClaims(accessToken).username ?? null,
    accessToken,
    idToken,
    refreshToken: RefreshToken ?? previous?.refreshToken ?? null,
    obtainedAt: now,
    expiresAt: { access: expiryOf(accessToken, now), id: idToken === null ? now : expiryOf(idToken, now) },
    ...(previous?.publicClientId !== undefined && { publicClientId: previous.publicClientId }),
  };
}

/** By this computer's clock: the token's lifetime counts from now, whatever time Cognito's clock shows. */
function expiryOf(token: string, now: number): number {
  const { iat = 0, exp = 0 } = readClaims(token);
  return now + Math.max(0, exp - iat) * 1000;
}

export function challengeUnknown(name: string): Failure {
  return new Failure('unexpected', 'challenge_unknown', {
    message: `Cognito asks for the challenge ${name || '(none)'}, which this command can't answer.`,
    hint: 'Change how the user signs in, or sign in through an app that supports it.',
  });
}

/** What the errors of sign-ins mean; other errors are returned as they are. */
export function signInFailure(error: unknown, user: string, target: Target): unknown {
  if (!hasAwsCode(error, 'NotAuthorizedException', 'UserNotFoundException')) {
    return signInOptionFailure(codeFailure(error, loginLine(user, target)));
  }
  const { awsMessage } = error;
  if (hasAwsCode(error, 'NotAuthorizedException') && /session/i.test(awsMessage)) {
    return new Failure('signInFirst', 'challenge_expired', {
      message: `Cognito waits no longer for the rest of the sign-in of ${user}: ${awsMessage}`,
      hint: `Start again: ${loginLine(user, target)}`,
    });
  }
  if (hasAwsCode(error, 'NotAuthorizedException') && /secret/i.test(awsMessage)) {
    return new Failure('refused', 'client_secret_refused', {
      message: `Cognito refused the client's secret, not the password: the secret in the profile is wrong or was rotated. (${awsMessage})`,
      hint: renewProfileHint(target.profileName),
    });
  }
  if (hasAwsCode(error, 'NotAuthorizedException') && /disabled/i.test(awsMessage)) {
    return new Failure('refused', 'user_disabled', {
      message: `${user} is disabled.`,
      hint: userLine('enable', user, target),
    });
  }
  const otherPools = otherPoolFlags(target);
  return new Failure('refused', 'credentials_refused', {
    message: `Pool ${target.poolName} of profile ${target.profileName} refused the sign-in of ${user}: ${awsMessage}`,
    hint: `${otherPools ? `If ${user} is in another pool, add ${otherPools}. ` : ''}Try again: ${loginLine(user, target)}; or set another password: ${userLine('passwd', user, target)}`,
  });
}

function signInOptionFailure(error: unknown): unknown {
  if (hasAwsCode(error, 'InvalidPasswordException')) {
    return new Failure('refused', 'password_refused', {
      message: error.awsMessage,
      hint: 'Choose a password that meets the policy.',
    });
  }
  if (hasAwsCode(error, 'InvalidParameterException') && /flow/i.test(error.awsMessage)) {
    return new Failure('unexpected', 'flow_off', {
      message: `The client does not allow this sign-in: ${error.awsMessage}.`,
      hint: `Add ALLOW_USER_PASSWORD_AUTH and ALLOW_REFRESH_TOKEN_AUTH to the client's flows; ${commandLine('doctor')} lists what is missing.`,
    });
  }
  return error;
}
