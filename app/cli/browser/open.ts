import { spawn } from 'node:child_process';
import type { Runtime } from '../runtime.js';

/** Without a shell, which would read the `&` of an address; so not `start` on Windows. */
const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in the default browser. False if there is no program for that; true says nothing of the browser itself. */
export async function openInBrowser(address: URL, { platform, env }: Pick<Runtime, 'platform' | 'env'>) {
  const [program, ...args] = OPENERS[platform] ?? ['xdg-open'];
  // Detached, so that Ctrl-C at the command does not end a browser that it started.
  const child = spawn(program, [...args, address.href], { env, stdio: 'ignore', detached: true });
  return new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false)).once('spawn', () => resolve(true));
    child.unref();
  });
}
