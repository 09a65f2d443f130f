import { styleText } from 'node:util';
import type { Runtime } from '../runtime.js';
import { STDERR, writeData } from './output.js';
import { printable } from './printable.js';

/** The flags that every command has. */
export interface GlobalFlags {
  readonly pool?: string;
  readonly profile: string;
  readonly json?: boolean;
  readonly input: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

const SPINNER_FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

export interface Styled {
  readonly style: Parameters<typeof styleText>[0];
  readonly text: string;
}
type Part = string | Styled;

/**
 * Results go to stdout, messages to stderr. Whatever is written to a terminal loses its control characters, since some of
 * it is from outside; a pipe or a file gets the data as it is.
 */
export interface Terminal {
  /** Writes a result. */
  data(...parts: Part[]): void;
  /** Writes bytes of a result; false once the reader is gone. */
  bytes(chunk: Uint8Array): boolean;
  /** Ends the last line of such bytes on a terminal; a pipe gets them as they are. */
  endLine(): void;
  /** Writes the result as one JSON document. */
  json(value: unknown): void;
  /** Writes a message and a line feed; nothing under --quiet. */
  say(...parts: Part[]): void;
  /** The same, under --verbose alone; never holds a secret. */
  detail(text: string): void;
  /** Writes to stderr what a prompt is about; never silent. May be a secret, so only where `mayPrompt`. */
  show(...parts: Part[]): void;
  /** Writes an error; never silent. */
  error(...parts: Part[]): void;
  /** Shows progress while `work` goes on, if stderr is a terminal; a function is asked for each frame. */
  wait<T>(what: string | (() => string), work: Promise<T>): Promise<T>;
  readonly mayPrompt: boolean;
  readonly asJson: boolean;
}

type TerminalRuntime = Pick<Runtime, 'env' | 'stdin' | 'stderr' | 'stdoutIsTerminal' | 'write'>;

export function createTerminal(runtime: TerminalRuntime, flags: Omit<GlobalFlags, 'profile'>): Terminal {
  const { env, stdin, stderr, stdoutIsTerminal } = runtime;
  const mayStyle = flags.color && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const toStdout = createRenderer(stdoutIsTerminal, mayStyle);
  const toStderr = createRenderer(stderr.isTTY, mayStyle);
  const decoder = new TextDecoder();
  const writeResult = (data: string | Uint8Array) => writeData(data, runtime);
  const writeMessage = (text: string) => {
    try {
      runtime.write(STDERR, Buffer.from(text));
    } catch {
      // The reader of messages is gone; results and the exit code are not lost.
    }
  };
  const hasSpinner =
    stderr.isTTY && env['TERM'] !== 'dumb' && !flags.quiet && !flags.verbose && !flags.json && !env['CI'];

  async function wait<T>(what: string | (() => string), work: Promise<T>): Promise<T> {
    if (!hasSpinner) return work;
    let frame = 0;
    const timer = setInterval(() => {
      const text = typeof what === 'string' ? what : what();
      writeMessage(`\r${SPINNER_FRAMES[frame % SPINNER_FRAMES.length]} ${text}\u001B[K`);
      frame += 1;
    }, FRAME_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      if (frame > 0) writeMessage('\r\u001B[K');
    }
  }

  return {
    data: (...parts) => void writeResult(toStdout(parts)),
    bytes: (chunk) => writeResult(stdoutIsTerminal ? toStdout([decoder.decode(chunk, { stream: true })]) : chunk),
    endLine: () => void (stdoutIsTerminal && writeResult('\n')),
    json: (value) => void writeResult(toStdout([`${JSON.stringify(value, null, 2)}\n`])),
    say: (...parts) => void (flags.quiet || writeMessage(toStderr([...parts, '\n']))),
    detail: (text) => void (flags.verbose && writeMessage(toStderr([text, '\n']))),
    show: (...parts) => writeMessage(toStderr([...parts, '\n'])),
    error: (...parts) => writeMessage(toStderr([...parts, '\n'])),
    wait,
    mayPrompt: stdin.isTTY && stderr.isTTY && flags.input,
    asJson: flags.json ?? false,
  };
}

function createRenderer(isTerminal: boolean, mayStyle: boolean) {
  const clean = (text: string) => (isTerminal ? printable(text) : text);
  return (parts: readonly Part[]): string =>
    parts
      .map((part) => {
        if (typeof part === 'string') return clean(part);
        const text = clean(part.text);
        return isTerminal && mayStyle ? styleText(part.style, text, { validateStream: false }) : text;
      })
      .join('');
}

/** Writes a failure: in words, or under --json as `{"error":{"code","message","hint"}}`; on stderr. */
export function printFailure(
  terminal: Terminal,
  { code, message, hint }: { code: string; message: string; hint: string },
) {
  if (terminal.asJson) return terminal.error(JSON.stringify({ error: { code, message, hint } }));
  return terminal.error(
    { style: 'red', text: 'Error:' },
    ` ${message}\n`,
    { style: 'bold', text: 'Next:' },
    `  ${hint}`,
  );
}
