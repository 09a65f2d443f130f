import { connect } from 'node:net';
import { open, readFile, rm } from 'node:fs/promises';
import { StartError } from '../start-error.js';

/** Who holds a directory: the port tells a living holder from a process number that was given out again. */
interface Holder {
  pid: number;
  port: number;
}

/**
 * Takes the directory for the process that listens on `port`, and returns what gives it back. A lock whose holder was
 * killed is taken over; throws StartError while its holder lives.
 */
export async function lockDirectory(dir: string, port: number): Promise<() => Promise<void>> {
  const path = `${dir}/cognito.lock`;
  if (!(await create(path, port))) {
    const holder = await readHolder(path);
    if (holder && (await isAlive(holder, port)))
      throw new StartError(
        `${dir} is in use by process ${holder.pid}, whose Cognito stand-in listens on port ${holder.port}. ` +
          'Stop that one, or set LOCAL_DIR to another directory.',
      );
    await rm(path, { force: true });
    if (!(await create(path, port))) return lockDirectory(dir, port);
  }
  return () => rm(path, { force: true });
}

async function create(path: string, port: number): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify({ pid: process.pid, port } satisfies Holder)).finally(() => file.close());
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined for a lock whose writer was killed half-way. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const { pid, port }: Partial<Holder> = JSON.parse(await readFile(path, 'utf8'));
    return Number.isInteger(pid) && Number.isInteger(port) ? { pid: Number(pid), port: Number(port) } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, port }: Holder, ownPort: number): Promise<boolean> {
  return port !== ownPort && processExists(pid) && (await answers(port));
}

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
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
