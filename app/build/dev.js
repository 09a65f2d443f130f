import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { context } from 'esbuild';
import { localBundle, writeDocuments } from './local-bundle.js';

// `node app/build/dev.js [--api FOLDER] [--out FOLDER]`: builds and runs the local server, and again after each change.
const { values } = parseArgs({
  options: { api: { type: 'string', default: 'app/api' }, out: { type: 'string', default: 'dist' } },
});
const { api, out } = values;

/** An editor writes several files within that time. */
const SETTLE_MS = 50;
/** Connections that a browser keeps open are not waited for. */
const SHUTDOWN_LIMIT_MS = 200;

execFileSync(process.execPath, ['app/build/index.js', 'local', '--api', api, '--out', out], { stdio: 'inherit' });
const bundle = await context(localBundle({ api, out }));

/** @type {import('node:child_process').ChildProcess | undefined} */
let server;

function startServer() {
  server = spawn(process.execPath, ['--enable-source-maps', `${out}/local/server.js`], { stdio: 'inherit' });
}

async function stopServer() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  const isSlow = await Promise.race([exited.then(() => false), wait(SHUTDOWN_LIMIT_MS, true)]);
  if (isSlow) server.kill('SIGKILL');
  await exited;
}

/** What is wrong is printed, by esbuild or here, and the server that runs stays as it is. */
async function rebuild() {
  try {
    await bundle.rebuild();
    await writeDocuments({ out, docs: process.env['DOCS'] === 'on' });
    return true;
  } catch (error) {
    const failure = /** @type {Error | import('esbuild').BuildFailure} */ (error);
    if (!('errors' in failure)) process.stderr.write(`${failure.message}\n`);
    return false;
  }
}

let changes = 0;
let isRestarting = false;

async function restartUntilCurrent() {
  if (isRestarting) return;
  isRestarting = true;
  for (let seen = 0; seen !== changes;) {
    await wait(SETTLE_MS);
    seen = changes;
    if (await rebuild()) {
      await stopServer();
      startServer();
    }
  }
  isRestarting = false;
}

for (const folder of new Set(['app', api])) {
  watch(folder, { recursive: true }, () => {
    changes += 1;
    void restartUntilCurrent();
  });
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, async () => {
    await stopServer();
    process.exit(0);
  });
}
startServer();
