import { COMMAND_CALLBACK_URLS } from '../../platform/contract/command-callbacks.js';
import { isUnreachable } from '../aws/aws-error.js';
import type { CommandContext } from '../context.js';
import { Failure, fetchErrorReason, usageError } from '../failure.js';
import { unreachable } from '../session/public-client.js';
import type { Target } from '../state/profiles.js';
import { BROWSER_TIMEOUT, describeDuration, parseDuration } from '../terminal/duration.js';
import { listenOnLoopback } from './loopback.js';
import { openInBrowser } from './open.js';

const REQUEST_TIMEOUT_MS = 5_000;
/** The longest that a timer of Node takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface RoundTrip {
  target: Target;
  /** The address to open, from which the browser comes back to `callback`. */
  address: (callback: string) => URL;
  /** What is done there, such as `sign in`. */
  purpose: string;
  /** The value of --timeout. */
  timeout?: string | undefined;
  /** A line that does without the browser. */
  instead: string;
}

/**
 * Opens an address in the browser and waits until the browser comes back. Throws `ports_taken`, `callback_unknown`,
 * `unreachable` and `browser_timeout`. Nothing listens afterwards.
 */
export async function browserRoundTrip(
  { runtime, terminal }: CommandContext,
  { target, address, purpose, timeout = BROWSER_TIMEOUT, instead }: RoundTrip,
): Promise<{ callback: string; parameters: URLSearchParams }> {
  const timeoutMs = parseDuration(timeout);
  if (timeoutMs === undefined)
    throw usageError(`--timeout ${JSON.stringify(timeout)} is not a duration.`, 'Write it as 90s, 5m or 1h.');
  const listener = await listenOnLoopback(COMMAND_CALLBACK_URLS);
  try {
    const url = address(listener.url);
    await assertCallback(url, listener.url, target);
    const isOpen = await openInBrowser(url, runtime);
    terminal.show(
      isOpen
        ? `To ${purpose}, go to the page that opens in your browser, or if none does to:`
        : `No browser could be opened. To ${purpose}, go to:`,
    );
    terminal.show(`  ${url.href}`);
    const parameters = await terminal.wait(
      'Waiting for the browser',
      withTimeout(listener.parameters, timeoutMs, instead),
    );
    return { callback: listener.url, parameters };
  } finally {
    listener.close();
  }
}

/**
 * Asks for the address as the browser will: one that the client does not have would end on an error page that sends
 * nobody back. Throws `callback_unknown` and `unreachable`.
 */
export async function assertCallback(address: URL, callback: string, { poolName }: Target): Promise<void> {
  const { status, headers } = await request(address);
  // Amazon Cognito redirects to its error page, the local one answers with it.
  const { pathname } = new URL(headers.get('location') ?? 'none:', address);
  if (status >= 300 && status < 400 && pathname !== '/error') return;
  if (status >= 500) throw unreachable(address, `it answered with status ${status}`);
  throw new Failure('unexpected', 'callback_unknown', {
    message: `${address.host} sends nobody back to ${callback}: it is no address of the public client of pool ${poolName}.`,
    hint: 'Add COMMAND_CALLBACK_URLS to callbackUrls and logoutUrls of the pool in app/api/access.ts, and deploy, or locally restart `npm start`.',
  });
}

async function request(address: URL) {
  try {
    return await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  } catch (error) {
    throw isUnreachable(error) ? unreachable(address, fetchErrorReason(error), error) : error;
  }
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number, instead: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(timeoutMs, instead)), Math.min(timeoutMs, MAX_TIMER_MS));
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(timeoutMs: number, instead: string) {
  return new Failure('inputNeeded', 'browser_timeout', {
    message: `The browser did not come back within ${describeDuration(timeoutMs)}.`,
    hint: `Run the command again, with a longer --timeout if needed, or without a browser here: ${instead}`,
  });
}
