import { readFileSync } from 'node:fs';
import { Failure, systemCode } from '../failure.js';
import type { Runtime } from '../runtime.js';

const MAX_INPUT_BYTES = 10_000_000;

/** All of stdin, up to 10 MB. Throws `input_on_terminal`, since a terminal would show a secret, and `input_too_long`. */
export async function readStdin({ stdin }: Pick<Runtime, 'stdin'>, what: string): Promise<Buffer> {
  if (stdin.isTTY) {
    throw new Failure('usage', 'input_on_terminal', {
      message: `${what} is read from stdin, which is this terminal: it would be visible.`,
      hint: 'Redirect a file into the command or pipe it, or leave the flag out to be prompted.',
    });
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > MAX_INPUT_BYTES)
      throw inputFailure('input_too_long', `${what} on stdin is longer than ${MAX_INPUT_BYTES} bytes.`);
  }
  return Buffer.concat(chunks);
}

/** The first `names.length` lines of stdin, none of them empty. Throws `input_empty` as well. */
export async function readSecretLines(runtime: Pick<Runtime, 'stdin'>, names: readonly string[]): Promise<string[]> {
  const lines = (await readStdin(runtime, names.join(' and '))).toString().split(/\r?\n/);
  return names.map((name, index) => {
    const line = lines[index];
    if (line) return line;
    throw inputFailure('input_empty', `${name} is missing: line ${index + 1} of stdin is empty.`);
  });
}

/** The first line of a file that holds a secret. Throws `file_unreadable` and `input_empty`. */
export function readSecretFile(path: string): string {
  const [line = ''] = readInputFile(path).toString().split(/\r?\n/);
  if (line) return line;
  throw inputFailure('input_empty', `The first line of ${path} is empty.`);
}

/** Throws `file_unreadable`. */
export function readInputFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure('inputNeeded', 'file_unreadable', {
      message: `${path} can't be read (${systemCode(error)}).`,
      hint: 'Name a readable file and run the command again.',
      cause: error,
    });
  }
}

function inputFailure(code: string, message: string) {
  return new Failure('inputNeeded', code, { message, hint: 'Fix the input and run the command again.' });
}
