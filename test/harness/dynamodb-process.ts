import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { LocalDynamoDb } from '../../app/local/dynamodb.js';
import type { TableDocument } from '../../app/platform/dynamodb/table-definition.js';

/** The local DynamoDB in a process of its own, to be killed. */
export interface DynamoDbProcess {
  /** Resolves when it listens; rejects when it ends before. */
  settings: Promise<LocalDynamoDb['settings']>;
  kill(): void;
  /** Resolves to the exit status, or the signal that ended it. */
  exited: Promise<number | string>;
}

const CHILD = `
import { startDynamoDb } from './app/local/dynamodb.js';
const { settings } = await startDynamoDb(JSON.parse(process.argv[2]));
process.stdout.write(JSON.stringify(settings) + '\\n');
`;

/** Bundles the local DynamoDB once; resolves to how to run it, and how to remove the bundle. */
export async function buildDynamoDbProcess() {
  await mkdir('dist', { recursive: true });
  // Inside the project, where node_modules is found.
  const directory = await mkdtemp('dist/dynamodb-process-');
  const outfile = join(directory, 'child.mjs');
  await build({
    stdin: { contents: CHILD, resolveDir: '.', loader: 'ts' },
    outfile,
    bundle: true,
    // The AWS SDK is bundled, since one file loads in half the time of its many.
    external: ['dynalite', 'classic-level'],
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return {
    run(dir: string, definition: TableDocument, port?: number): DynamoDbProcess {
      const child = spawn(process.execPath, [outfile, JSON.stringify({ dir, definition, port })], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const exited = once(child, 'exit').then(([status, signal]) => (status ?? signal) as number | string);
      const line = once(createInterface(child.stdout), 'line').then(([text]) => text as string);
      const early = exited.then((status) => Promise.reject(new Error(`The local DynamoDB ended early: ${status}`)));
      const settings = Promise.race([line, early]).then((text) => JSON.parse(text) as LocalDynamoDb['settings']);
      settings.catch(() => undefined);
      return { settings, exited, kill: () => child.kill('SIGKILL') };
    },
    remove: () => rm(directory, { recursive: true }),
  };
}
