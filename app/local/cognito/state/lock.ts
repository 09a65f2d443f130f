import { readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { StartError } from '../../../platform/config/start-error.js';
import { codeOf } from '../../system-error.js';

const LOCK = /^cognito\.(?<pid>\d{1,10})-(?<port>\d{1,5})\.lock$/u;

/**
 * Takes the directory for this process, which listens on `port`, and returns what gives it back. The lock is a file
 * whose name says who holds it: two that start at once see each other, and none removes a lock that isn't stale.
 * Throws StartError while another holder lives.
 */
export async function lockDirectory(dir: string, port: number): Promise<() => Promise<void>> {
  const own = `cognito.${process.pid}-${port}.lock`;
  const unlock = () => rm(`${dir}/${own}`, { force: true });
  await writeFile(`${dir}/${own}`, '', { mode: 0o600 });
  for (const name of await readdir(dir)) {
    const holder = name === own ? undefined : LOCK.exec(name)?.groups;
    if (!holder) continue;
    if (await isAlive(Number(holder['pid']), Number(holder['port']))) {
      await unlock();
      throw new StartError(
        `${dir} is in use by process ${holder['pid']}, whose Cognito stand-in listens on port ${holder['port']}. ` +
          'Stop that one, or set LOCAL_DIR to another directory.',
      );
    }
    await rm(`${dir}/${name}`, { force: true });
  }
  return unlock;
}

/** A holder that was killed is gone; another process that got its number doesn't listen on its port. */
const isAlive = async (pid: number, port: number) => processExists(pid) && (await answers(port));

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(1000, () => done(true));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
