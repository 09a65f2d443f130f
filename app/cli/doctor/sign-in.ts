import { hasAwsCode } from '../aws/aws-error.js';
import type { Cognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { withLiveSecret } from '../session/client-secret.js';
import { renew } from '../session/renewal.js';
import { chooseSession, readSessions, updateSessions, withSession } from '../session/session-store.js';
import { machineNameOf } from '../session/session.js';
import { signIn, type AnswerChallenge } from '../session/sign-in.js';
import { loginLine, userLine, type Target } from '../state/profiles.js';
import { fault, ok, skipped, unchecked, warning, type Finding } from './finding.js';

export interface Credentials {
  user: string | undefined;
  /** To sign in with; without it the stored session is renewed. */
  password: string | undefined;
}

/** Checks that the user may sign in, by doing it. */
export async function checkSignIn(
  context: CommandContext,
  cognito: Cognito,
  target: Target,
  { user: named, password }: Credentials,
): Promise<Finding[]> {
  const user = named ?? readSessions(target, context.runtime).current;
  const { poolName } = target;
  if (user === null) {
    const line = commandLine('doctor', '--pool', poolName, '--user', 'USER', '--password-stdin');
    return [skipped('sign_in', `${poolName}: nobody is signed in, so no sign-in was tried.`, line)];
  }
  const account = machineNameOf(user) === undefined ? await checkAccount(cognito, target, user) : undefined;
  if (account?.status === 'fault') return [account];
  try {
    if (password === undefined) await renewStored(context, target, user);
    else await tryPassword(context, cognito, target, { user, password });
    return [...(account ? [account] : []), ok('sign_in', `${poolName}: ${user} can sign in`)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'user_disabled') return [disabled(target, user)];
    if (error.code === 'challenge') return [warning('user', error.message, error.hint)];
    return [fault('sign_in', `${poolName}: ${error.message}`, error.hint)];
  }
}

async function checkAccount({ sdk, client }: Cognito, target: Target, user: string): Promise<Finding | undefined> {
  const { poolName, pool } = target;
  try {
    const found = await client.send(new sdk.AdminGetUserCommand({ UserPoolId: pool.userPoolId, Username: user }));
    return found.Enabled === false ? disabled(target, user) : undefined;
  } catch (error) {
    if (!hasAwsCode(error, 'UserNotFoundException')) return unchecked('user', error);
    return fault('user', `${poolName}: there is no user ${user}.`, userLine('add', user, target));
  }
}

/** Stores the result, since the renewal may have used up the refresh token. */
async function renewStored(context: CommandContext, target: Target, user: string) {
  await updateSessions(target, context.runtime, async (stored) => {
    return withSession(stored, await renew(context, target, chooseSession(stored, user, target)));
  });
}

async function tryPassword(
  { runtime, terminal }: CommandContext,
  cognito: Cognito,
  target: Target,
  { user, password }: { user: string; password: string },
) {
  const answerChallenge: AnswerChallenge = ({ name }) => {
    throw new Failure('unexpected', 'challenge', {
      message: `${target.poolName}: the password of ${user} is right, and Cognito then asks for the challenge ${name}.`,
      hint: loginLine(user, target),
    });
  };
  const live = await withLiveSecret(target, terminal);
  await signIn({ cognito, target: live, user, password, answerChallenge, now: runtime.now });
}

function disabled(target: Target, user: string): Finding {
  return fault('user', `${target.poolName}: the user ${user} is disabled.`, userLine('enable', user, target));
}
