import { createJwksFetch } from '../../platform/auth/jwks.js';
import { createPool } from '../../platform/auth/pool.js';
import { JwksError } from '../../platform/auth/signing-keys.js';
import { createVerifier } from '../../platform/auth/verifier.js';
import { Problem } from '../../platform/http/problem.js';
import { isUnreachable } from '../aws/aws-error.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { freshSession } from '../session/renewal.js';
import { machineNameOf, readClaims, type Session } from '../session/session.js';
import { loadMachines } from '../state/machines.js';
import { loginLine, type Target } from '../state/profiles.js';
import { describeDuration } from '../terminal/duration.js';

export interface WhoamiOptions {
  verify?: boolean;
  user?: string;
}

/** Prints who is signed in, by the claims of the access token; under --verify after the API's own checks. */
export async function whoami(context: CommandContext, { verify = false, user }: WhoamiOptions): Promise<void> {
  const { terminal, runtime } = context;
  const target = context.target();
  const session = await freshSession(context, target, { user, use: 'access', minTtlMs: 0 });
  if (verify) await terminal.wait('Verifying', verifySession(context, target, session));

  const claims = readClaims(session.accessToken);
  const milliseconds = Math.max(0, session.expiresAt.access - runtime.now());
  const groups = claims['cognito:groups'] ?? [];
  const scopes = claims.scope?.split(' ') ?? [];
  const { profileName, poolName } = target;
  if (terminal.asJson) {
    return terminal.json({
      profile: profileName,
      pool: poolName,
      user: machineNameOf(session.user) === undefined ? session.user : null,
      username: session.username,
      machine: machineNameOf(session.user) ?? null,
      subject: claims.sub,
      groups,
      scopes,
      expiresIn: Math.floor(milliseconds / 1000),
      verified: verify,
    });
  }
  const rows = [
    ['user', session.user],
    ['pool', `${poolName} (profile ${profileName})`],
    ['groups', groups.join(', ') || 'none'],
    ['scopes', scopes.join(', ') || 'none'],
    ['expires', `in ${describeDuration(milliseconds)}`],
    ...(verify ? [['verified', "signature and claims, with the pool's keys"]] : []),
  ];
  return terminal.data(rows.map(([name = '', value]) => `${name.padEnd(8)}  ${value}\n`).join(''));
}

/** Verifies the tokens as the API does. Throws `token_refused` or `unreachable`. */
async function verifySession({ runtime }: CommandContext, target: Target, session: Session): Promise<void> {
  const { userPoolId, clientId, publicClientId, issuer, jwksUri } = target.pool;
  const machines = loadMachines(target, runtime).filter(({ poolName }) => poolName === target.poolName);
  const clientIds = [
    clientId,
    ...(publicClientId ? [publicClientId] : []),
    ...machines.map((machine) => machine.clientId),
  ];
  const pool = createPool(target.poolName, { userPoolId, clientIds, issuer, jwksUri });
  try {
    const keys = await createJwksFetch(jwksUri)();
    const cachedKey = (kid: string) => keys.get(kid);
    const source = { cachedKey, getKey: (kid: string) => Promise.resolve(cachedKey(kid)) };
    const verifier = createVerifier({ pools: [{ pool, keys: source }], now: runtime.now });
    for (const token of [session.accessToken, session.idToken]) {
      if (token !== null) await verifier.verify(token);
    }
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Problem) throw refused(`${message} (${error.reason})`, target);
    if (!(error instanceof JwksError) && !isUnreachable(error)) throw refused(message, target);
    throw new Failure('unreachable', 'unreachable', {
      message: `The pool's keys at ${jwksUri} are unavailable: ${message}`,
      hint: commandLine('doctor'),
      cause: error,
    });
  }
}

function refused(reason: string, target: Target) {
  return new Failure('refused', 'token_refused', {
    message: `The stored token is not valid: ${reason.replace(/\.$/, '')}.`,
    hint: `Sign in again: ${loginLine(undefined, target)}; for details: ${commandLine('doctor')}`,
  });
}
