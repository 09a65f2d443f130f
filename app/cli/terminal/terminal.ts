import { writeSync } from 'node:fs';
import { styleText } from 'node:util';
import { writeData } from './output.js';
import type { Runtime } from '../runtime.js';

/** The flags that every command knows. */
export interface GlobalFlags {
  readonly pool?: string;
  readonly profile: string;
  readonly json?: boolean;
  readonly input: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

const STDERR = 2;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

type Style = Parameters<typeof styleText>[0];

/** Where a command speaks: data on stdout, talk on stderr. */
export interface Terminal {
  data(text: string): void;
  /** Data as one JSON document. */
  json(value: unknown): void;
  /** Silent under --quiet. */
  say(text: string): void;
  /** Only under --verbose; never holds what was sent. */
  detail(text: string): void;
  paint(style: Style, text: string): string;
  /** Shows that something is going on, where a person watches. */
  wait<T>(what: string, work: Promise<T>): Promise<T>;
  readonly mayPrompt: boolean;
  readonly asJson: boolean;
}

export function createTerminal({ env, stdin, stderr }: Runtime, flags: Omit<GlobalFlags, 'profile'>): Terminal {
  const isWatched = stderr.isTTY && env['TERM'] !== 'dumb';
  const hasColour = isWatched && flags.color && !env['NO_COLOR'];
  const spins = isWatched && !flags.quiet && !flags.verbose && !flags.json && !env['CI'];

  function toStderr(text: string) {
    try {
      writeSync(STDERR, text);
    } catch {
      // Nobody listens: talk is lost, data and exit code are not.
    }
  }

  async function wait<T>(what: string, work: Promise<T>): Promise<T> {
    if (!spins) return work;
    let frame = 0;
    const timer = setInterval(() => {
      toStderr(`\r${FRAMES[frame % FRAMES.length]} ${what}`);
      frame += 1;
    }, FRAME_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      if (frame > 0) toStderr('\r\u001B[K');
    }
  }

  return {
    data: (text) => void writeData(text),
    json: (value) => void writeData(`${JSON.stringify(value, null, 2)}\n`),
    say: (text) => flags.quiet || toStderr(`${text}\n`),
    detail: (text) => flags.verbose && toStderr(`${text}\n`),
    paint: (style, text) => (hasColour ? styleText(style, text) : text),
    wait,
    mayPrompt: stdin.isTTY && stderr.isTTY && flags.input,
    asJson: flags.json ?? false,
  };
}

/** Says what went wrong: to people in words, under --json as `{"error":{"code","message","hint"}}`; on stderr. */
export function sayFailure(terminal: Terminal, error: { code: string; message: string; hint: string }) {
  const { code, message, hint } = error;
  const text = terminal.asJson
    ? JSON.stringify({ error: { code, message, hint } })
    : `${terminal.paint('red', 'Error:')} ${message}\n${terminal.paint('bold', 'Next:')}  ${hint}`;
  try {
    writeSync(STDERR, `${text}\n`);
  } catch {
    // Nobody listens.
  }
}
