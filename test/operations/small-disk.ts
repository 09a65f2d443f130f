import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of a few megabytes, which other processes reach as a directory. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all space that is left. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

/** As the root of a user namespace, which needs no rights outside of it, where the system allows that. */
const NAMESPACE = ['--user', '--map-root-user', '--mount'];

export const canMount =
  spawnSync('unshare', [...NAMESPACE, 'mount', '-t', 'tmpfs', 'none', tmpdir()], { stdio: 'ignore' }).status === 0;

export async function createSmallDisk(megabytes: number): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'small-disk-'));
  const script = `mount -t tmpfs -o size=${megabytes}m,mode=0700 none "$0" && echo && exec cat`;
  const holder = spawn('unshare', [...NAMESPACE, 'sh', '-c', script, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  // The mount is the namespace's own; through /proc it is everyone's.
  const path = `/proc/${holder.pid}/root${directory}`;
  const filler = join(path, 'filler');
  return {
    path,
    async fill() {
      const file = await open(filler, 'a');
      // The last writes are of a byte: not even that is left.
      for (const size of [65_536, 1]) {
        const isFull = (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error;
          return true;
        };
        while (!(await file.write(Buffer.alloc(size)).then(() => false, isFull)));
      }
      await file.close();
    },
    free: () => rm(filler),
    async remove() {
      const exited = once(holder, 'exit');
      holder.stdin.end();
      await exited;
      await rm(directory, { recursive: true });
    },
  };
}
