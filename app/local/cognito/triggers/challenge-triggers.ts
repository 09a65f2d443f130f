import * as z from 'zod/mini';
import type { TriggerEventName } from '../../../platform/triggers/trigger.js';
import type { Context } from '../context.js';
import { invalidParameter } from '../errors.js';
import type { ChallengeResult, Client, Pool, User } from '../state/state.js';
import { statusOf } from '../users/user-status.js';
import { attributesInEvent } from './runner.js';

interface SignIn {
  context: Context;
  pool: Pool;
  client: Client;
  username: string;
  /** Absent for a name that nobody has, where the client hides who exists. */
  user: User | undefined;
}

const definition = z.object({
  challengeName: z.nullish(z.string()),
  issueTokens: z.nullish(z.boolean()),
  failAuthentication: z.nullish(z.boolean()),
});
const parameters = z.nullish(z.record(z.string(), z.string()));
const creation = z.object({
  publicChallengeParameters: parameters,
  privateChallengeParameters: parameters,
  challengeMetadata: z.nullish(z.string()),
});
const verification = z.object({ answerCorrect: z.boolean() });

/** Which challenge is next after those, or whether the sign-in has succeeded or failed. Throws the runner's errors. */
export const defineChallenge = (signIn: SignIn, session: readonly ChallengeResult[]) =>
  run(signIn, 'defineAuthChallenge', { session }, definition);

/** A custom challenge: what the caller sees of it, what only the triggers see. Throws the runner's errors. */
export async function createChallenge(signIn: SignIn, session: readonly ChallengeResult[]) {
  const request = { challengeName: 'CUSTOM_CHALLENGE', session };
  const made = await run(signIn, 'createAuthChallenge', request, creation);
  return {
    publicParameters: made.publicChallengeParameters ?? {},
    privateParameters: made.privateChallengeParameters ?? {},
    metadata: made.challengeMetadata ?? undefined,
  };
}

/** Whether the answer is the right one. Throws the runner's errors. */
export async function verifyAnswer(
  signIn: SignIn,
  privateChallengeParameters: Readonly<Record<string, string>>,
  challengeAnswer: string,
): Promise<boolean> {
  const request = { privateChallengeParameters, challengeAnswer };
  return (await run(signIn, 'verifyAuthChallengeResponse', request, verification)).answerCorrect;
}

/** What each of the triggers responds with before it has decided. */
const UNSET = {
  defineAuthChallenge: { challengeName: null, issueTokens: null, failAuthentication: null },
  createAuthChallenge: {
    publicChallengeParameters: null,
    privateChallengeParameters: null,
    challengeMetadata: null,
  },
  verifyAuthChallengeResponse: { answerCorrect: null },
} satisfies Partial<Record<TriggerEventName, object>>;

/** Throws InvalidParameterException where the pool has no such trigger. */
async function run<Response extends object>(
  { context, pool, client, username, user }: SignIn,
  event: keyof typeof UNSET,
  request: object,
  schema: z.ZodMiniType<Response>,
): Promise<Response> {
  const source = `${event.charAt(0).toUpperCase()}${event.slice(1)}_Authentication`;
  const given = await context.triggers.run(
    pool,
    event,
    { source, client, username: user?.username ?? username, clientMetadata: context.clientMetadata },
    {
      userAttributes: user ? attributesInEvent(user, statusOf(user)) : {},
      ...request,
      ...(client.hideUserExistence && { userNotFound: user === undefined }),
    },
    UNSET[event],
  );
  if (!given) throw invalidParameter('Custom auth lambda trigger is not configured for the user pool.');
  const { success, data } = schema.safeParse(given);
  if (!success) throw context.triggers.invalidResponse(pool, event, 'a member of the response is missing or invalid');
  return data;
}
