import type { Parts } from '../command.js';
import { parseDuration } from '../terminal/duration.js';
import { Failure } from '../failure.js';
import { tokenLine } from '../session/token-fast-path.js';
import { freshSession } from '../session/renewal.js';

export interface TokenOptions {
  id?: boolean;
  header?: boolean;
  minTtl: string;
  user?: string;
}

/** A token that is good for at least --min-ttl, and nothing else, on stdout. */
export async function token(parts: Parts, { id, header = false, minTtl, user }: TokenOptions): Promise<void> {
  const use = id ? 'id' : 'access';
  const least = parseDuration(minTtl);
  if (least === undefined) {
    throw new Failure('usage', 'usage', {
      message: `--min-ttl ${JSON.stringify(minTtl)} is not a duration.`,
      hint: 'Write it as 90s, 5m or 1h.',
    });
  }
  const session = await freshSession({ ...parts, target: parts.target() }, { user, use, least });
  const line = tokenLine(session, { use, asHeader: header });
  if (!parts.terminal.asJson) parts.terminal.data(line);
  else parts.terminal.json({ [header ? 'header' : 'token']: line.trimEnd(), expiresAt: session.expiresAt[use] });
}
