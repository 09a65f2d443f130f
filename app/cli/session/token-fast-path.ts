import { parseArgs } from 'node:util';
import { parseDuration } from '../terminal/duration.js';
import { writeData } from '../terminal/output.js';
import { DEFAULT_POOL, findTarget, LOCAL, type Place } from '../state/profiles.js';
import { chooseSession, hasLeft, readKept, sessionPath, tokenOf, type Session, type Use } from './session.js';

/** Seconds that a token must still be good for, so that the call it is meant for gets there in time. */
export const DEFAULT_MIN_TTL = '60s';

/** What `pizza token` prints: a token, or a header line for curl's `-H @-`. Throws `no_id_token`. */
export function tokenLine(session: Session, { use, asHeader }: { use: Use; asHeader: boolean }): string {
  return `${asHeader ? 'Authorization: Bearer ' : ''}${tokenOf(session, use)}\n`;
}

/**
 * `pizza token` where a kept token will do, without the argument parser, the AWS SDK or a stream. False for
 * whatever needs more than that, errors among it: the whole program then does it again, in its own words.
 */
export function answerFromKept(argv: readonly string[], place: Place & { now: () => number }): boolean {
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
    const least = parseDuration(values['min-ttl'] ?? DEFAULT_MIN_TTL);
    if (positionals.length !== 1 || positionals[0] !== 'token' || least === undefined) return false;
    const target = findTarget(values.profile ?? LOCAL, values.pool ?? DEFAULT_POOL, place);
    const session = chooseSession(readKept(sessionPath(target, place), place), values.user, target);
    const use = values.id ? 'id' : 'access';
    if (!hasLeft(session, use, least, place.now())) return false;
    writeData(tokenLine(session, { use, asHeader: values.header ?? false }));
    return true;
  } catch {
    return false;
  }
}
