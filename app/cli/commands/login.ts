import { openCognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { usageError } from '../failure.js';
import { chooseMachine, signInMachine } from '../session/machine-sign-in.js';
import { updateSessions, withSession } from '../session/session-store.js';
import type { Session } from '../session/session.js';
import { signIn } from '../session/sign-in.js';
import { targetFlags, type Target } from '../state/profiles.js';
import { describeDuration } from '../terminal/duration.js';
import { readSecretLines } from '../terminal/input.js';

export interface LoginOptions {
  passwordStdin?: boolean;
  newPasswordStdin?: boolean;
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
    return { session: await signInPerson(context, target, user, options), target };
  }
  if ((user ?? options.passwordStdin ?? options.newPasswordStdin) !== undefined) {
    throw usageError(
      'A machine signs in with its client id and secret: --machine excludes a user and passwords.',
      commandLine('login', '--machine'),
    );
  }
  const machine = await chooseMachine(context, context.profile(), options.machine);
  const target = context.target(machine.poolName);
  return { session: await terminal.wait('Signing in', signInMachine(machine, terminal, runtime.now)), target };
}

async function signInPerson(
  context: CommandContext,
  target: Target,
  named: string | undefined,
  options: LoginOptions,
): Promise<Session> {
  const { runtime, terminal, prompt } = context;
  const inputNames = [options.passwordStdin && 'the password', options.newPasswordStdin && 'the new password'];
  const names = inputNames.filter((name) => typeof name === 'string');
  const lines = names.length > 0 ? await readSecretLines(runtime, names) : [];
  const line = (...flags: string[]) => commandLine('login', named ?? 'USER', ...flags, ...targetFlags(target));
  const instead = `${line('--password-stdin')} < FILE`;
  const user = named ?? (await prompt.text({ message: 'User', instead }));
  const password = options.passwordStdin
    ? (lines[0] ?? '')
    : await prompt.secret({ message: `Password of ${user}`, instead });
  const newPassword = options.newPasswordStdin ? lines.at(-1) : undefined;

  async function answerChallenge(challenge: string) {
    if (challenge !== 'NEW_PASSWORD_REQUIRED') {
      return prompt.text({ message: `Code (${challenge})`, instead: 'Sign in at a terminal.' });
    }
    if (newPassword !== undefined) return newPassword;
    terminal.say('The password is temporary: choose a new one.');
    return prompt.newSecret({
      message: 'New password',
      instead: `printf '%s\\n' "$OLD" "$NEW" | ${line('--password-stdin', '--new-password-stdin')}`,
    });
  }

  const cognito = await terminal.wait('Signing in', openCognito(target.profile, terminal));
  return signIn({ cognito, target, user, password, answerChallenge, now: runtime.now });
}
