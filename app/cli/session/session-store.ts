import { rmSync } from 'node:fs';
import { withLock } from '../state/lock.js';
import { writePrivateFile } from '../state/private-write.js';
import type { Place, Target } from '../state/profiles.js';
import { readKept, sessionPath, type Kept, type Session } from './session.js';

/** Changes what is kept, alone: `change` gets it as it is now and gives what is to be kept instead, if anything changed. */
export async function changeKept(
  target: Target,
  place: Place,
  change: (kept: Kept) => Promise<Kept | undefined>,
): Promise<void> {
  const path = sessionPath(target, place);
  await withLock(`${path}.lock`, async () => {
    const kept = await change(readKept(path, place));
    if (kept?.sessions.length === 0) rmSync(path, { force: true });
    else if (kept) writePrivateFile(path, `${JSON.stringify(kept)}\n`);
  });
}

/** The session in the place of that user's earlier one. */
export function withSession(kept: Kept, session: Session): Kept {
  return { ...kept, sessions: [session, ...kept.sessions.filter(({ user }) => user !== session.user)] };
}

export function withoutUser(kept: Kept, gone: string): Kept {
  const sessions = kept.sessions.filter(({ user }) => user !== gone);
  return { ...kept, current: kept.current === gone ? null : kept.current, sessions };
}
