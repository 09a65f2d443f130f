import { spawn, spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';
import { BIN, type Person } from './environment.js';

/** `script` of util-linux provides a pseudo-terminal; other systems call theirs with other arguments. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

/** Skipped where there is no pseudo-terminal. */
export const describeWithTerminal = hasScript ? describe : describe.skip;

/** After this a command that waits for more is ended, and what it asks for is on the screen. */
const TIMEOUT_MS = 15_000;

export interface Typing {
  /** Text to wait for on the screen. */
  after: string;
  /** What to type then; a function gets what was on the screen so far, and may do something else. */
  type: string | ((screen: string) => string | void | Promise<string>);
}

/** Runs a shell line on a pseudo-terminal of 80 columns, types, and returns everything that was on the screen. */
export function runOnTerminal(person: Person, line: string, typing: Typing[], columns = 80): Promise<string> {
  const env = { PATH: process.env['PATH'], TERM: 'xterm', NODE: process.execPath, BIN, ...person.env };
  const child = spawn('script', ['-qec', `stty cols ${columns} rows 40; ${line}`, '/dev/null'], {
    cwd: person.home,
    env,
    timeout: TIMEOUT_MS,
  });
  const left = [...typing];
  let screen = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const next = left[0];
    const at = next ? screen.indexOf(next.after, seen) : -1;
    if (!next || at < 0) return;
    seen = at + next.after.length;
    left.shift();
    const typed = typeof next.type === 'string' ? next.type : next.type(screen);
    void Promise.resolve(typed).then((keys) => keys && child.stdin.write(keys));
  });
  return new Promise((done, fail) => {
    child.once('error', fail).once('close', () => done(screen));
  });
}
