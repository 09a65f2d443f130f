import { readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { StartError } from '../../../platform/config/start-error.js';
import { createExclusively } from '../../durable-file.js';

const LOCK = /^cognito\.(?<pid>\d{1,10})-(?<port>\d{1,5})\.lock$/u;

/**
 * Locks `dir` for this process, which listens on `port`, and returns what unlocks it. The lock is a file whose name
 * says who holds it: of two processes that start at once each sees the other, and only stale locks are removed.
 * Throws StartError while another process holds a lock.
 */
export async function lockDirectory(dir: string, port: number): Promise<() => Promise<void>> {
  const own = `cognito.${process.pid}-${port}.lock`;
  const unlock = () => rm(`${dir}/${own}`, { force: true });
  // A lock of that name is stale: this process has the port. Process ids repeat, in containers above all.
  await unlock();
  await createExclusively(`${dir}/${own}`, '');
  for (const name of await readdir(dir)) {
    const holder = name === own ? undefined : LOCK.exec(name)?.groups;
    if (!holder) continue;
    if (await isAlive(Number(holder['pid']), Number(holder['port']))) {
      await unlock();
      throw new StartError(
        `${dir} is in use by process ${holder['pid']}, whose local Cognito listens on port ${holder['port']}. ` +
          'Stop that process, or set LOCAL_DIR to another directory.',
      );
    }
    await rm(`${dir}/${name}`, { force: true });
  }
  return unlock;
}

/** A holder that was killed no longer exists; another process with its id doesn't listen on its port. */
const isAlive = async (pid: number, port: number) => processExists(pid) && (await acceptsConnections(port));

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(1000, () => done(true));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
