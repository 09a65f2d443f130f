import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { afterAll } from '@jest/globals';
import { product } from '../harness/fixture-api/product.js';

/** The build of the fixture API. */
export const BUILD = 'dist/fixture';
export const BIN = resolve(BUILD, 'cli', `${product.command}.cjs`);
/** How printed lines start the command. */
export const COMMAND = `node dist/cli/${product.command}.cjs`;

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandLine {
  args: readonly string[];
  cwd: string;
  env: Record<string, string | undefined>;
  input: string;
}

/** Runs the built command to its end, in a process of its own. */
export function runInProcess({ args, cwd, env, input }: CommandLine): Promise<Result> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env });
  child.stdin.on('error', () => undefined).end(input);
  return resultOf(child);
}

export function resultOf(child: ChildProcess): Promise<Result> {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  return new Promise((done, fail) => {
    child.once('error', fail).once('close', (code) => done({ code, ...output }));
  });
}

interface Host {
  child: ChildProcess;
  waiting: Map<number, { done: (result: Result) => void; fail: (error: Error) => void }>;
}

let host: Host | undefined;
let count = 0;

afterAll(async () => {
  if (!host) return;
  const exited = once(host.child, 'exit');
  host.child.disconnect();
  await exited;
});

/** Runs the built command in one process for all, after the lines that came before: that takes a tenth of the time. */
export function runInHost(line: CommandLine): Promise<Result> {
  const { child, waiting } = (host ??= startHost());
  const id = (count += 1);
  return new Promise((done, fail) => {
    waiting.set(id, { done, fail });
    child.send({ id, line }, (error) => error && fail(error));
  });
}

function startHost(): Host {
  const child = fork('test/cli/command-host.js', [dirname(BIN)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting: Host['waiting'] = new Map();
  child.on('message', ({ id, result }: { id: number; result: Result }) => {
    waiting.get(id)?.done(result);
    waiting.delete(id);
  });
  child.once('exit', (code) => {
    for (const { fail } of waiting.values()) fail(new Error(`command-host.js ended with ${code}`));
  });
  return { child, waiting };
}
