import { access } from '../../api/access.js';
import { hasAwsCode } from '../aws/aws-error.js';
import type { Cognito } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import { withLiveSecret } from '../session/client-secret.js';
import { challengeUnknown, signIn } from '../session/sign-in.js';
import type { Abandoned } from './journal.js';
import { removeCreated, type Creation, type ObjectOptions } from './objects.js';
import { newPassword, removeTemporary, setPassword } from './temporary.js';

/** The pools that temporary users are in. */
export function poolsToClear(context: CommandContext) {
  return Object.entries(access.document).map(([name, { signIn }]) => {
    return { userPoolId: context.target(name).pool.userPoolId, signIn };
  });
}

/** Removes what killed runs left: first the objects, for which their owners sign in once more. */
export async function clearAbandoned(
  context: CommandContext,
  cognito: Cognito,
  abandoned: Abandoned,
  api: Pick<ObjectOptions, 'routes' | 'send'>,
): Promise<void> {
  for (const creation of abandoned.creations) await removeOwned(context, cognito, creation, api);
  const count = await removeTemporary(cognito, poolsToClear(context), abandoned);
  abandoned.forget();
  if (count > 0) context.terminal.say(`Removed what an earlier run left: ${count} users, groups, clients and pools.`);
}

/** The same key gives the object that the killed run made, or makes it now. */
async function removeOwned(
  context: CommandContext,
  cognito: Cognito,
  creation: Creation,
  api: Pick<ObjectOptions, 'routes' | 'send'>,
): Promise<void> {
  const { username, pool } = creation;
  const target = await withLiveSecret(context.target(pool), context.terminal);
  const password = newPassword();
  try {
    await setPassword(cognito, { UserPoolId: target.pool.userPoolId, Username: username, password });
  } catch (error) {
    // The users go last, so there is nothing of this one.
    if (hasAwsCode(error, 'UserNotFoundException')) return;
    throw error;
  }
  const answerChallenge = ({ name }: { name: string }) => Promise.reject(challengeUnknown(name));
  const session = await signIn({
    cognito,
    target,
    user: username,
    password,
    answerChallenge,
    now: context.runtime.now,
  });
  const path = await removeCreated(creation, `Bearer ${session.accessToken}`, api);
  if (path !== undefined)
    context.terminal.say(`No route of the API deletes ${path}, which an earlier run made: it stays.`);
}
