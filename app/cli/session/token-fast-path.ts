import { parseArgs } from 'node:util';
import type { Runtime, StateLocation } from '../runtime.js';
import { defaultPool, findTarget, LOCAL } from '../state/profiles.js';
import { parseDuration } from '../terminal/duration.js';
import { writeData } from '../terminal/output.js';
import { chooseSession, readSessions } from './session-store.js';
import { isValidFor, tokenOf, type Session, type TokenUse } from './session.js';

/** How long a token must still be good for unless --min-ttl says otherwise: long enough for the call it is printed for. */
export const DEFAULT_MIN_TTL = '60s';

/** What `token` prints: a token, or a header line for curl's `-H @-`. Throws `no_id_token`. */
export function tokenLine(session: Session, { use, asHeader }: { use: TokenUse; asHeader: boolean }): string {
  return `${asHeader ? 'Authorization: Bearer ' : ''}${tokenOf(session, use)}\n`;
}

/**
 * The command `token` where a stored token is good enough, without the argument parser, the AWS SDK or a stream. False for
 * everything else, errors included: the whole program then runs, and reports them.
 */
export function printStoredToken(
  argv: readonly string[],
  runtime: StateLocation & Pick<Runtime, 'now' | 'write'>,
): boolean {
  if (!argv.includes('token')) return false;
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        pool: text,
        profile: text,
        user: text,
        'min-ttl': text,
        id: flag,
        header: flag,
        'no-input': flag,
        'no-color': flag,
        quiet: { ...flag, short: 'q' },
      },
    });
    const minTtl = parseDuration(values['min-ttl'] ?? DEFAULT_MIN_TTL);
    if (positionals.length !== 1 || positionals[0] !== 'token' || minTtl === undefined) return false;
    const target = findTarget(values.profile ?? LOCAL, values.pool ?? defaultPool(), runtime);
    const session = chooseSession(readSessions(target, runtime), values.user, target);
    const use = values.id ? 'id' : 'access';
    if (!isValidFor(session, use, minTtl, runtime.now())) return false;
    writeData(tokenLine(session, { use, asHeader: values.header ?? false }), runtime);
    return true;
  } catch {
    return false;
  }
}
