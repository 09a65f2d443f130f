import { z } from 'zod';
import type { Context } from '../../context.js';
import { answerChallenge } from '../../sign-in/answers.js';
import { userAuthFlow } from '../../sign-in/first-factor.js';
import { secretHash } from '../../sign-in/secret-hash.js';
import type { ChallengeName, MfaFactor, User } from '../../state/state.js';
import type { AuthorizationRequest } from '../authorization-request.js';

/** A challenge that a page asks the answer of; its session is what the API gives to apps. */
export interface Step {
  challenge: ChallengeName;
  session: string;
  /** The name that was typed. */
  username: string;
  /** ChallengeParameters. */
  parameters: Readonly<Record<string, string>>;
}

/** A sign-in that has got to its end, or to the next challenge. */
export type Progress = { user: User } | { step: Step };

const challengeSchema = z.object({
  ChallengeName: z.custom<ChallengeName>((name) => typeof name === 'string'),
  Session: z.string(),
  ChallengeParameters: z.record(z.string(), z.string()),
});

/** Runs a part of the API's sign-in up to its next challenge; at its end there is a user, and no tokens are issued. */
export async function proceed(
  context: Context,
  username: string,
  signIn: (context: Context) => Promise<object>,
): Promise<Progress> {
  let signedIn: User | undefined;
  const completeSignIn = (user: User) => {
    signedIn = user;
    return {};
  };
  const result = await signIn({ ...context, completeSignIn });
  if (signedIn) return { user: signedIn };
  const { ChallengeName: challenge, Session: session, ChallengeParameters: parameters } = challengeSchema.parse(result);
  return { step: { challenge, session, username, parameters } };
}

/** Sends a code by e-mail in place of a password; a user for whom that isn't available has a choice of what is. Throws CognitoError. */
export const startEmailCode = (
  context: Context,
  { pool, client }: AuthorizationRequest,
  username: string,
): Promise<Progress> => {
  const parameters = { USERNAME: username, PREFERRED_CHALLENGE: 'EMAIL_OTP', ...clientProof(client, username) };
  return proceed(context, username, (completing) =>
    userAuthFlow(completing, pool, client, new Map(Object.entries(parameters))),
  );
};

/** Answers a challenge as RespondToAuthChallenge does, for the client. Throws CognitoError. */
export const answerStep = (
  context: Context,
  { pool, client }: AuthorizationRequest,
  { challenge, session, username }: Step,
  answers: Readonly<Record<string, string>>,
): Promise<Progress> =>
  proceed(context, username, (completing) =>
    answerChallenge(completing, pool, client, {
      ChallengeName: challenge,
      Session: session,
      ChallengeResponses: new Map(Object.entries({ ...answers, USERNAME: username, ...clientProof(client, username) })),
    }),
  );

/** The members by which an app calls an operation for a user. */
export function asApp({ client }: AuthorizationRequest, Username: string) {
  const { SECRET_HASH: SecretHash } = clientProof(client, Username);
  return { ClientId: client.id, Username, ...(SecretHash !== undefined && { SecretHash }) };
}

/** The secret hash, which the API asks of a client with a secret. */
function clientProof({ id, secrets }: AuthorizationRequest['client'], username: string): { SECRET_HASH?: string } {
  const [secret] = secrets;
  return secret ? { SECRET_HASH: secretHash(secret.value, username, id) } : {};
}

/** The parameters that a page has sent back; what isn't theirs counts as none. */
export const readParameters = (text: string) => z.record(z.string(), z.string()).safeParse(parse(text)).data ?? {};

/** A list in a challenge's parameters, which holds it as JSON. */
export const listIn = ({ parameters }: Step, name: string) =>
  z.array(z.string()).safeParse(parse(parameters[name] ?? '')).data ?? [];

export const offersToSetUp = (step: Step, factor: MfaFactor) => listIn(step, 'MFAS_CAN_SETUP').includes(factor);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
