import { endSignUpSession, startSignUpSession } from '../../sign-in/after-sign-up.js';
import { continueSignIn } from '../../sign-in/next-step.js';
import type { User } from '../../state/state.js';
import { findUser } from '../../users/directory.js';
import type { Response } from '../../wire/responses.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { nextPage } from './next-page.js';
import { proceed } from './steps.js';

/** A session for the page that confirms a sign-up: of the browser that has sent the account's password. */
export function signUpSession({ context }: PageRequest, { pool, client }: AuthorizationRequest, username: string) {
  const user = findUser(pool, username);
  return user && startSignUpSession(context, pool, client, user);
}

/** Who has just been confirmed, where that was in the browser that signed up, not long ago; undefined elsewhere. */
export function signedUpUser(
  { context, form }: PageRequest,
  { pool, client }: AuthorizationRequest,
  username: string,
): User | undefined {
  const user = findUser(pool, username);
  const session = form.get('session') ?? '';
  return user?.enabled && endSignUpSession(context, pool, client, user, session) ? user : undefined;
}

/** What follows a sign-up, as if the person had signed in: a second factor, or back to the client with a code. */
export async function signInSignedUp(
  request: PageRequest,
  authorization: AuthorizationRequest,
  username: string,
  user: User,
): Promise<Response> {
  const { pool, client } = authorization;
  const progress = await proceed(request.context, username, (completing) =>
    continueSignIn(completing, pool, client, user),
  );
  return nextPage(request, authorization, progress);
}
