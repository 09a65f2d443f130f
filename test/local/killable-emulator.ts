import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** The emulator as a process of its own, that a test can kill. */
export interface KillableEmulator {
  child: ChildProcess;
  endpoint: string;
}

/** Bundles the emulator once; resolves to how to run it on a directory, and how to kill what runs and remove the bundle. */
export async function buildKillableEmulator() {
  const home = await mkdtemp(join(tmpdir(), 'killable-emulator-'));
  const bundle = join(home, 'emulator.mjs');
  await promisify(execFile)(join('node_modules', '.bin', 'esbuild'), [
    'test/local/emulator-process.ts',
    '--bundle',
    '--platform=node',
    '--format=esm',
    `--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    `--outfile=${bundle}`,
  ]);
  const children: ChildProcess[] = [];
  return {
    async run(dir: string): Promise<KillableEmulator> {
      const child = spawn(process.execPath, [bundle, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      const [endpoint] = (await once(createInterface(child.stdout), 'line')) as [string];
      return { child, endpoint };
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL');
      await rm(home, { recursive: true });
    },
  };
}
