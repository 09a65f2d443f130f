import { randomBytes } from 'node:crypto';
import type { Context } from '../context.js';
import { hashOf } from '../sign-in/sessions.js';
import type { BrowserSession, Pool, User } from '../state/state.js';
import { userBySub } from '../users/directory.js';
import { cookie, type PageRequest } from './page-request.js';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-endpoints.html: an hour, not prolonged by use. */
const LIFETIME_SECONDS = 3600;

/** One a pool, since all pools have the emulator's one host. */
const nameOf = ({ id }: Pool) => `cognito-${id}`;

/** Starts a session of its own for the user who has just signed in, and ends the browser's earlier one; its cookie. */
export function openBrowserSession(request: PageRequest, pool: Pool, { sub }: User, authTimeSeconds: number): string {
  const now = request.context.now();
  endSession(request, pool);
  const sessions = (pool.browserSessions ??= new Map<string, BrowserSession>());
  for (const [hash, { expiresAt }] of sessions) if (expiresAt <= now) sessions.delete(hash);
  const value = randomBytes(32).toString('base64url');
  sessions.set(hashOf(value), { sub, authTimeSeconds, expiresAt: now + LIFETIME_SECONDS * 1000 });
  return cookie(request, nameOf(pool), value, LIFETIME_SECONDS);
}

/** Who is signed in to the pool in the browser, and since when. */
export function browserUser({ context, cookies }: PageRequest, pool: Pool) {
  const session = pool.browserSessions?.get(hashOf(cookies.get(nameOf(pool)) ?? ''));
  if (!session || session.expiresAt <= context.now()) return undefined;
  const user = userBySub(pool, session.sub);
  return user?.enabled ? { user, authTimeSeconds: session.authTimeSeconds } : undefined;
}

/** Ends the browser's session; a cookie that clears its own. */
export function closeBrowserSession(request: PageRequest, pool: Pool): string {
  endSession(request, pool);
  return cookie(request, nameOf(pool), '', 0);
}

function endSession({ cookies }: PageRequest, pool: Pool): void {
  pool.browserSessions?.delete(hashOf(cookies.get(nameOf(pool)) ?? ''));
}

export const nowSeconds = (context: Context) => Math.floor(context.now() / 1000);
