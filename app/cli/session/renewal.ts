import { AwsRefusal, isUnknownOperation } from '../aws/aws-failure.js';
import { openCognito, type Cognito } from '../aws/cognito.js';
import { describeDuration } from '../terminal/duration.js';
import { Failure } from '../failure.js';
import { changeKept, withSession } from './session-store.js';
import { signInMachine } from './machine.js';
import { loginCommand, type Target } from '../state/profiles.js';
import type { Runtime } from '../runtime.js';
import { secretHashParameter } from './secret-hash.js';
import { chooseSession, hasLeft, MACHINE, readKept, sessionPath, tokenOf, type Session, type Use } from './session.js';
import { sessionFrom } from './sign-in.js';
import { signInFailure } from './sign-in-failure.js';
import type { Terminal } from '../terminal/terminal.js';

interface Wanted {
  user?: string | undefined;
  use: Use;
  /** Milliseconds that the token must still be good for. */
  least: number;
}

interface Parts {
  target: Target;
  runtime: Runtime;
  terminal: Terminal;
}

/**
 * The kept session, renewed where its token has too little time left. Whoever comes while another process renews
 * waits for that one's tokens. Throws `not_signed_in`, `session_ended`, `ttl_too_long` and what signing in throws.
 */
export async function freshSession({ target, runtime, terminal }: Parts, wanted: Wanted): Promise<Session> {
  const { user, use, least } = wanted;
  let session = chooseSession(readKept(sessionPath(target, runtime), runtime), user, target);
  tokenOf(session, use);
  if (hasLeft(session, use, least, runtime.now())) return session;
  const lifetime = session.expiresAt[use] - session.obtainedAt;
  if (least >= lifetime) throw tooLong(lifetime);
  await changeKept(target, runtime, async (kept) => {
    session = chooseSession(kept, session.user, target);
    if (hasLeft(session, use, least, runtime.now())) return undefined;
    terminal.detail(`The ${use} token of ${session.user} is renewed.`);
    session = await terminal.wait('Renewing the token', renew(target, session, terminal, runtime.now));
    return withSession(kept, session);
  });
  return session;
}

export async function renew(target: Target, session: Session, terminal: Terminal, now: () => number): Promise<Session> {
  if (session.user === MACHINE) return signInMachine(target, terminal, now);
  if (session.refreshToken === null) throw ended(target, session.user, 'there is no refresh token');
  try {
    const cognito = await openCognito(target.profile, terminal);
    const result = await exchange(cognito, target, session, session.refreshToken);
    return sessionFrom(result ?? {}, session.user, now(), session);
  } catch (error) {
    const failure = signInFailure(error, session.user);
    throw failure instanceof Failure && failure.code === 'credentials_refused'
      ? ended(target, session.user, (error as AwsRefusal).said)
      : failure;
  }
}

/** GetTokensFromRefreshToken, which rotation of refresh tokens asks for; where it isn't known, the flow before it. */
async function exchange({ sdk, client }: Cognito, { pool }: Target, { username }: Session, RefreshToken: string) {
  const { clientId: ClientId, clientSecret } = pool;
  try {
    const secret = clientSecret ? { ClientSecret: clientSecret } : {};
    const command = new sdk.GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken, ...secret });
    return (await client.send(command)).AuthenticationResult;
  } catch (error) {
    if (!(error instanceof AwsRefusal) || !isUnknownOperation(error)) throw error;
  }
  const AuthParameters = { REFRESH_TOKEN: RefreshToken, ...secretHashParameter(pool, username ?? '') };
  const command = new sdk.InitiateAuthCommand({ AuthFlow: 'REFRESH_TOKEN_AUTH', ClientId, AuthParameters });
  return (await client.send(command)).AuthenticationResult;
}

export const loginHint = (target: Target, user: string) => loginCommand(user === MACHINE ? '--machine' : user, target);

function ended(target: Target, user: string, why: string) {
  return new Failure('signInFirst', 'session_ended', {
    message: `The sign-in of ${user} can't be renewed: ${why.replace(/\.$/, '')}.`,
    hint: loginHint(target, user),
  });
}

function tooLong(lifetime: number) {
  return new Failure('usage', 'ttl_too_long', {
    message: `The tokens of this client live ${describeDuration(lifetime)}, which is not longer than --min-ttl.`,
    hint: "Ask for less, or raise the client's token validity.",
  });
}
