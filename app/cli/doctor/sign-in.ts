import { AwsRefusal } from '../aws/aws-failure.js';
import type { Cognito } from '../aws/cognito.js';
import type { Parts } from '../command.js';
import { Failure } from '../failure.js';
import { changeKept, withSession } from '../session/session-store.js';
import type { Target } from '../state/profiles.js';
import { loginHint, renew } from '../session/renewal.js';
import { chooseSession, MACHINE, readKept, sessionPath } from '../session/session.js';
import { signIn } from '../session/sign-in.js';
import { notAsked } from './client.js';
import { fault, ok, skipped, warning, type Finding } from './finding.js';

interface Who {
  user: string | undefined;
  /** To sign in with; without it the kept sign-in is renewed. */
  password: string | undefined;
}

/** Whether the user may sign in, and does. */
export async function checkSignIn(parts: Parts, cognito: Cognito, target: Target, who: Who): Promise<Finding[]> {
  const kept = readKept(sessionPath(target, parts.runtime), parts.runtime);
  const user = who.user ?? kept.current;
  const { poolName } = target;
  if (user === null) {
    return [
      skipped(
        'sign_in',
        `${poolName}: nobody is signed in, so no sign-in was tried.`,
        `pizza doctor --pool ${poolName} --user USER --password-stdin`,
      ),
    ];
  }
  const account = user === MACHINE ? undefined : await checkAccount(cognito, target, user);
  if (account?.status === 'fault') return [account];
  try {
    if (who.password === undefined) await renewKept(parts, target, user);
    else await tryPassword(parts, cognito, target, user, who.password);
    return [...(account ? [account] : []), ok('sign_in', `${poolName}: ${user} can sign in`)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'user_disabled') return [disabled(poolName, user)];
    if (error.code === 'challenge') return [warning('user', error.message, error.hint)];
    return [fault('sign_in', `${poolName}: ${error.message}`, error.hint)];
  }
}

async function checkAccount(
  { sdk, client }: Cognito,
  { poolName, pool }: Target,
  user: string,
): Promise<Finding | undefined> {
  try {
    const found = await client.send(new sdk.AdminGetUserCommand({ UserPoolId: pool.userPoolId, Username: user }));
    return found.Enabled === false ? disabled(poolName, user) : undefined;
  } catch (error) {
    if (error instanceof AwsRefusal && error.reason === 'UserNotFoundException') {
      return fault('user', `${poolName}: there is no user ${user}.`, `pizza user add ${user} --pool ${poolName}`);
    }
    return notAsked('user', error);
  }
}

/** Kept, since a renewal may use the refresh token up. */
async function renewKept({ runtime, terminal }: Parts, target: Target, user: string) {
  await changeKept(target, runtime, async (kept) => {
    const session = chooseSession(kept, user, target);
    return withSession(kept, await renew(target, session, terminal, runtime.now));
  });
}

async function tryPassword({ runtime }: Parts, cognito: Cognito, target: Target, user: string, password: string) {
  const answer = (challenge: string): Promise<string> => {
    throw new Failure('unexpected', 'challenge', {
      message: `${target.poolName}: the password of ${user} is right, and Cognito then asks for ${challenge}.`,
      hint: loginHint(target, user),
    });
  };
  await signIn({ cognito, pool: target.pool, user, password, answer, now: runtime.now });
}

const disabled = (poolName: string, user: string) =>
  fault('user', `${poolName}: the user ${user} is disabled.`, `pizza user enable ${user} --pool ${poolName}`);
