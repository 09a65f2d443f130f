import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ServerOptions {
  /** The build that is run: the fixture API's by default, `dist` for the product's. */
  dist?: string;
  /** The Node binary; this process's own by default. */
  node?: string;
  /** Receives each line of the log, which is then not kept: for runs that write more than memory holds. */
  onLogLine?: (line: string) => void;
}

/** A built server as a process of its own, on a free port, with its own directory, and nothing of our environment but what is given. */
export interface ServerProcess {
  url: string;
  pid: number;
  /** All that it wrote so far, both streams, without what `onLogLine` received. */
  output(): string;
  /** Resolves when the output holds what `pattern` matches; rejects when the process ends before. */
  said: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves to the exit status, or the signal that ended it. */
  exited: Promise<number | string>;
  kill: (signal: NodeJS.Signals) => void;
}

function run(env: NodeJS.ProcessEnv, { dist = 'dist/fixture', node = process.execPath, onLogLine }: ServerOptions) {
  const scratch = mkdtempSync(join(tmpdir(), 'server-'));
  const child = spawn(node, ['--enable-source-maps', `${dist}/local/server.js`], {
    env: {
      PATH: process.env['PATH'],
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      PORT: '0',
      LOCAL_COGNITO_PORT: '0',
      LOCAL_DIR: scratch,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text: string) => (output += text);
  child.stderr.setEncoding('utf8').on('data', keep);
  child.stdout.setEncoding('utf8');
  if (onLogLine) {
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => (line.startsWith('{') ? onLogLine(line) : keep(`${line}\n`)));
  } else child.stdout.on('data', keep);
  const exited = once(child, 'close').then(([status, signal]) => {
    rmSync(scratch, { recursive: true });
    return (status ?? signal) as number | string;
  });
  return { child, exited, output: () => output };
}

/** Resolves when the output holds what `pattern` matches; rejects when the process ends before. */
async function untilOutput(child: ChildProcess, output: () => string, pattern: RegExp) {
  return new Promise<RegExpExecArray>((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(output());
      if (match) resolve(match);
    };
    look();
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', look);
    child.once('close', () => reject(new Error(`The server ended early: ${output()}`)));
  });
}

/** Starts and waits until it listens. */
export async function startServer(env: NodeJS.ProcessEnv, options: ServerOptions = {}): Promise<ServerProcess> {
  const { child, exited, output } = run(env, options);
  const said = (pattern: RegExp) => untilOutput(child, output, pattern);
  const [, url = ''] = await said(/API +(http:\S+)\n/);
  return { url, pid: child.pid as number, output, said, exited, kill: (signal) => child.kill(signal) };
}

/** Starts what is expected to end by itself. */
export async function runServer(env: NodeJS.ProcessEnv, options: ServerOptions = {}) {
  const { exited, output } = run(env, options);
  return { status: await exited, output: output() };
}

/** A directory of its own for a test, and how to remove it. */
export async function scratchDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
