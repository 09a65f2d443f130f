import { openCognito } from '../aws/cognito.js';
import type { Parts } from '../command.js';
import { describeDuration } from '../terminal/duration.js';
import { Failure } from '../failure.js';
import { readSecretLines } from '../terminal/input.js';
import { changeKept, withSession } from '../session/session-store.js';
import { signInMachine } from '../session/machine.js';
import { MACHINE, type Session } from '../session/session.js';
import { signIn } from '../session/sign-in.js';

export interface LoginOptions {
  passwordStdin?: boolean;
  newPasswordStdin?: boolean;
  machine?: boolean;
}

const INSTEAD = 'pizza login USER --password-stdin < FILE';

/** Signs in and keeps the tokens. */
export async function login(parts: Parts, user: string | undefined, options: LoginOptions): Promise<void> {
  const { runtime, terminal } = parts;
  const target = parts.target();
  if (options.machine && (user ?? options.passwordStdin ?? options.newPasswordStdin) !== undefined) {
    throw new Failure('usage', 'usage', {
      message: 'A machine signs in with the profile’s client id and secret: --machine goes without user and password.',
      hint: 'pizza login --machine --pool staff',
    });
  }
  const session = options.machine
    ? await terminal.wait('Signing in', signInMachine(target, terminal, runtime.now))
    : await signInPerson(parts, user, options);
  await changeKept(target, runtime, async (kept) => ({ ...withSession(kept, session), current: session.user }));

  const left = describeDuration(session.expiresAt.access - runtime.now());
  const { profileName, poolName: pool } = target;
  const who = session.user === MACHINE ? 'the machine client' : session.user;
  if (terminal.asJson)
    terminal.json({ profile: profileName, pool, user: session.user, expiresAt: session.expiresAt.access });
  else terminal.say(`Signed in ${who} to pool ${pool} of profile ${profileName}; the token is good for ${left}.`);
}

async function signInPerson(parts: Parts, named: string | undefined, options: LoginOptions): Promise<Session> {
  const { runtime, terminal, prompt } = parts;
  const target = parts.target();
  const wanted = [options.passwordStdin && 'the password', options.newPasswordStdin && 'the new password'];
  const names = wanted.filter((name) => typeof name === 'string');
  const lines = names.length > 0 ? await readSecretLines(runtime, names) : [];
  const user = named ?? (await prompt.text({ message: 'User', instead: INSTEAD }));
  const password = options.passwordStdin
    ? (lines[0] ?? '')
    : await prompt.secret({ message: `Password of ${user}`, instead: INSTEAD });
  const newPassword = options.newPasswordStdin ? lines.at(-1) : undefined;

  async function answer(challenge: string) {
    if (challenge !== 'NEW_PASSWORD_REQUIRED') {
      return prompt.text({ message: `Code (${challenge})`, instead: 'Sign in at a terminal.' });
    }
    if (newPassword !== undefined) return newPassword;
    const instead = `printf '%s\\n' "$OLD" "$NEW" | pizza login ${user} --password-stdin --new-password-stdin`;
    terminal.say('The password is a temporary one: choose another.');
    return prompt.newSecret({ message: 'New password', instead });
  }

  const cognito = await terminal.wait('Signing in', openCognito(target.profile, terminal));
  return signIn({ cognito, pool: target.pool, user, password, answer, now: runtime.now });
}
