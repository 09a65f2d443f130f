import { createJwksFetch, JwksError } from '../../platform/auth/jwks.js';
import { createPool } from '../../platform/auth/pool.js';
import { createVerifier } from '../../platform/auth/verifier.js';
import { Problem } from '../../platform/http/problem.js';
import { isUnreachable } from '../aws/aws-failure.js';
import { readClaims } from '../session/claims.js';
import type { Parts } from '../command.js';
import { describeDuration } from '../terminal/duration.js';
import { Failure } from '../failure.js';
import type { Target } from '../state/profiles.js';
import { freshSession } from '../session/renewal.js';
import { MACHINE, type Session } from '../session/session.js';

export interface WhoamiOptions {
  verify?: boolean;
  user?: string;
}

/** Who is signed in, by what the access token says; under --verify by what the API itself would find. */
export async function whoami(parts: Parts, { verify = false, user }: WhoamiOptions): Promise<void> {
  const { terminal, runtime } = parts;
  const target = parts.target();
  const session = await freshSession({ ...parts, target }, { user, use: 'access', least: 0 });
  if (verify) await terminal.wait('Verifying', verifySession(target, session, runtime.now()));

  const claims = readClaims(session.accessToken);
  const milliseconds = Math.max(0, session.expiresAt.access - runtime.now());
  const answer = {
    profile: target.profileName,
    pool: target.poolName,
    user: session.user === MACHINE ? null : session.user,
    username: session.username,
    subject: claims.sub,
    groups: claims['cognito:groups'] ?? [],
    scopes: claims.scope?.split(' ') ?? [],
    expiresIn: Math.floor(milliseconds / 1000),
    verified: verify,
  };
  if (terminal.asJson) return terminal.json(answer);
  const { profile, pool, groups, scopes } = answer;
  const rows = [
    ['user', answer.user ?? `${MACHINE} ${claims.sub ?? ''}`],
    ['pool', `${pool} (profile ${profile})`],
    ['groups', groups.join(', ') || 'none'],
    ['scopes', scopes.join(', ') || 'none'],
    ['expires', `in ${describeDuration(milliseconds)}`],
    ...(verify ? [['verified', "signature and claims, against the pool's keys"]] : []),
  ];
  return terminal.data(rows.map(([name = '', value]) => `${name.padEnd(8)}  ${value}\n`).join(''));
}

/** As the API's own guard does it. Throws `token_refused` or `unreachable`. */
async function verifySession({ pool: settings, poolName }: Target, session: Session, now: number): Promise<void> {
  const { userPoolId, clientId, issuer, jwksUri, machine } = settings;
  const clientIds = machine ? [clientId, machine.clientId] : [clientId];
  const pool = createPool(poolName, { userPoolId, clientIds, issuer, jwksUri });
  try {
    const keys = await createJwksFetch(jwksUri)();
    const cachedKey = (kid: string) => keys.get(kid);
    const source = { cachedKey, getKey: (kid: string) => Promise.resolve(cachedKey(kid)) };
    const verifier = createVerifier({ pools: [{ pool, keys: source }], now: () => now });
    for (const token of [session.accessToken, session.idToken]) {
      if (token !== null) await verifier.verify(token);
    }
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Problem) throw refused(`${message} (${error.reason})`);
    if (!(error instanceof JwksError) && !isUnreachable(error)) throw refused(message);
    throw new Failure('unreachable', 'unreachable', {
      message: `The pool's keys at ${jwksUri} can't be had: ${message}`,
      hint: 'pizza doctor',
      cause: error,
    });
  }
}

function refused(why: string) {
  return new Failure('refused', 'token_refused', {
    message: `The kept token does not stand up: ${why}.`,
    hint: 'Sign in again with pizza login; pizza doctor says more.',
  });
}
