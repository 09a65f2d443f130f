import { openCognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { usageError } from '../failure.js';
import { FACTOR_NAMES } from '../mfa/factors.js';
import { createChallengeAnswers } from '../session/challenges.js';
import { signInByBrowser, type BrowserOptions } from '../session/browser-sign-in.js';
import { withLiveSecret } from '../session/client-secret.js';
import { chooseMachine, signInMachine } from '../session/machine-sign-in.js';
import { updateSessions, withSession } from '../session/session-store.js';
import type { Session } from '../session/session.js';
import { signIn } from '../session/sign-in.js';
import { loginLine, targetFlags, type Target } from '../state/profiles.js';
import { describeDuration } from '../terminal/duration.js';
import { readSecretLines } from '../terminal/input.js';

export interface LoginOptions extends BrowserOptions {
  passwordStdin?: boolean;
  newPasswordStdin?: boolean;
  codeStdin?: boolean;
  factor?: string;
  machine?: string | true;
}

/** Signs a person or a machine in, and stores the tokens. */
export async function login(context: CommandContext, user: string | undefined, options: LoginOptions): Promise<void> {
  const { runtime, terminal } = context;
  const { session, target } = await signInAs(context, user, options);
  await updateSessions(target, runtime, async (stored) => ({
    ...withSession(stored, session),
    current: session.user,
  }));
  const { profileName, poolName } = target;
  if (terminal.asJson) {
    const expiresAt = session.expiresAt.access;
    return terminal.json({ profile: profileName, pool: poolName, user: session.user, expiresAt });
  }
  const left = describeDuration(session.expiresAt.access - runtime.now());
  return terminal.say(
    `Signed in ${session.user} to pool ${poolName} of profile ${profileName}; the token is valid for ${left}.`,
  );
}

async function signInAs(context: CommandContext, user: string | undefined, options: LoginOptions) {
  const { runtime, terminal } = context;
  if (options.machine === undefined) {
    const target = context.target();
    const session =
      user === undefined
        ? signInWithoutName(context, target, options)
        : signInWithPassword(context, target, user, options);
    return { session: await session, target };
  }
  if (user !== undefined || hasPersonFlags(options) || hasBrowserFlags(options)) {
    throw usageError(
      'A machine signs in with its client id and secret: --machine excludes a user, passwords, second factors and a browser.',
      commandLine('login', '--machine'),
    );
  }
  const machine = await chooseMachine(context, context.profile(), options.machine);
  const target = context.target(machine.poolName);
  return { session: await terminal.wait('Signing in', signInMachine(machine, terminal, runtime.now)), target };
}

const hasPersonFlags = ({ passwordStdin, newPasswordStdin, codeStdin, factor }: LoginOptions) =>
  (passwordStdin ?? newPasswordStdin ?? codeStdin ?? factor) !== undefined;
const hasBrowserFlags = ({ browser, timeout }: LoginOptions) => browser === false || timeout !== undefined;

/** The pages of managed login ask for everything. */
async function signInWithoutName(context: CommandContext, target: Target, options: LoginOptions) {
  if (!hasPersonFlags(options)) return signInByBrowser(context, target, options);
  throw usageError('Passwords and second factors on stdin need the name of a user.', loginLine('USER', target));
}

async function signInWithPassword(
  context: CommandContext,
  target: Target,
  user: string,
  options: LoginOptions,
): Promise<Session> {
  const { runtime, terminal, prompt } = context;
  if (hasBrowserFlags(options))
    throw usageError(
      'With a user, nothing is opened in a browser: leave out the user, or the flag.',
      loginLine(undefined, target),
    );
  const given = await readGivenAnswers(context, options);
  const instead = `${commandLine('login', user, '--password-stdin', ...targetFlags(target))} < FILE`;
  const password = given.password ?? (await prompt.secret({ message: `Password of ${user}`, instead }));
  const cognito = await terminal.wait('Signing in', openCognito(target.profile, terminal));
  const live = await terminal.wait('Signing in', withLiveSecret(target, terminal));
  const answerChallenge = createChallengeAnswers({ context, cognito, target, user, given });
  return signIn({ cognito, target: live, user, password, answerChallenge, now: runtime.now });
}

/** What flags and the lines of stdin answer. Throws `usage`, and as `readSecretLines` does. */
async function readGivenAnswers({ runtime }: CommandContext, options: LoginOptions) {
  const { passwordStdin = false, newPasswordStdin = false, codeStdin = false } = options;
  const factor = FACTOR_NAMES.find((name) => name === options.factor);
  if (options.factor !== undefined && factor === undefined) {
    throw usageError(
      `There is no second factor ${JSON.stringify(options.factor)}.`,
      `Name one of ${FACTOR_NAMES.join(', ')}.`,
    );
  }
  const inputs = { 'the password': passwordStdin, 'the new password': newPasswordStdin, 'the code': codeStdin };
  const names = Object.entries(inputs).flatMap(([name, isWanted]) => (isWanted ? [name] : []));
  const lines = names.length > 0 ? await readSecretLines(runtime, names) : [];
  const lineOf = (name: keyof typeof inputs) => lines[names.indexOf(name)];
  return {
    password: lineOf('the password'),
    newPassword: lineOf('the new password'),
    code: lineOf('the code'),
    factor,
  };
}
