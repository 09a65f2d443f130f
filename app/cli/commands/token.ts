import type { CommandContext } from '../context.js';
import { usageError } from '../failure.js';
import { freshSession } from '../session/renewal.js';
import { tokenLine } from '../session/token-fast-path.js';
import { parseDuration } from '../terminal/duration.js';

export interface TokenOptions {
  id?: boolean;
  header?: boolean;
  minTtl: string;
  user?: string;
}

/** Prints a token that is good for at least --min-ttl, and nothing else, on stdout. */
export async function token(
  context: CommandContext,
  { id, header = false, minTtl, user }: TokenOptions,
): Promise<void> {
  const { terminal } = context;
  const use = id ? 'id' : 'access';
  const minTtlMs = parseDuration(minTtl);
  if (minTtlMs === undefined) {
    throw usageError(`--min-ttl ${JSON.stringify(minTtl)} is not a duration.`, 'Write it as 90s, 5m or 1h.');
  }
  const session = await freshSession(context, context.target(), { user, use, minTtlMs });
  const line = tokenLine(session, { use, asHeader: header });
  if (!terminal.asJson) terminal.data(line);
  else terminal.json({ [header ? 'header' : 'token']: line.trimEnd(), expiresAt: session.expiresAt[use] });
}
