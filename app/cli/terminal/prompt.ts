import { Failure } from '../failure.js';
import type { Runtime } from '../runtime.js';
import { printableLine } from './printable.js';
import type { Terminal } from './terminal.js';

const PROMPT_ENDED = new Set(['ExitPromptError', 'AbortPromptError']);

interface Question {
  message: string;
  /** How to answer it without a terminal. */
  instead: string;
}

/** A code as apps show it, in groups or not; undefined for anything else. */
export function digitsOf(text: string): string | undefined {
  const digits = text.replaceAll(/\s/g, '');
  return /^\d{6,8}$/.test(digits) ? digits : undefined;
}

/** Prompts on stderr. Throws `input_needed` where there is no terminal or --no-input is given, `interrupted` at Ctrl-C. */
export class Prompt {
  readonly #runtime: Pick<Runtime, 'stdin' | 'stderr'>;
  readonly #terminal: Pick<Terminal, 'mayPrompt'>;

  constructor(runtime: Pick<Runtime, 'stdin' | 'stderr'>, terminal: Pick<Terminal, 'mayPrompt'>) {
    this.#runtime = runtime;
    this.#terminal = terminal;
  }

  /** Throws `input_needed` if the question can't be asked. */
  assertPossible({ message, instead }: Question): void {
    if (this.#terminal.mayPrompt) return;
    throw new Failure('inputNeeded', 'input_needed', {
      message: `Input is needed (${printableLine(message)}), and there is no terminal to prompt on, or --no-input is given.`,
      hint: instead,
    });
  }

  async text(question: Question): Promise<string> {
    const { default: input } = await import('@inquirer/input');
    return this.#ask(question, (message, context) => input({ message, required: true }, context));
  }

  /** A one-time code, which needs no hiding. */
  async code(question: Question): Promise<string> {
    const { default: input } = await import('@inquirer/input');
    const validate = (value: string) => digitsOf(value) !== undefined || 'It has 6 to 8 digits.';
    const typed = await this.#ask(question, (message, context) => input({ message, validate }, context));
    return digitsOf(typed) ?? '';
  }

  /** Shows nothing of the answer, not even its length. */
  async secret(question: Question): Promise<string> {
    const { default: password } = await import('@inquirer/password');
    const validate = (value: string) => value !== '' || 'It must not be empty.';
    return this.#ask(question, (message, context) => password({ message, mask: false, validate }, context));
  }

  /** A secret typed twice. Throws `passwords_differ`. */
  async newSecret({ message, instead }: Question): Promise<string> {
    const first = await this.secret({ message, instead });
    if ((await this.secret({ message: 'Repeat it', instead })) === first) return first;
    throw new Failure('inputNeeded', 'passwords_differ', {
      message: 'The two passwords differ.',
      hint: 'Run the command again.',
    });
  }

  async confirm(question: Question): Promise<boolean> {
    const { default: confirm } = await import('@inquirer/confirm');
    return this.#ask(question, (message, context) => confirm({ message, default: false }, context));
  }

  async #ask<T>(question: Question, ask: (message: string, context: object) => Promise<T>): Promise<T> {
    this.assertPossible(question);
    const message = printableLine(question.message);
    const { stdin: input, stderr: output } = this.#runtime;
    const ending = new AbortController();
    const end = (signal: string) => ending.abort(signal);
    // Not `once`: the prompt library's own listener ends the process at once if it is the only one.
    process.on('SIGTERM', end).on('SIGHUP', end);
    try {
      return await ask(message, { input, output, signal: ending.signal });
    } catch (error) {
      if (error instanceof Error && PROMPT_ENDED.has(error.name)) throw interrupted();
      throw error;
    } finally {
      process.off('SIGTERM', end).off('SIGHUP', end);
      // The terminal is restored: now the signal may end the process.
      if (ending.signal.aborted) process.kill(process.pid, ending.signal.reason as string);
    }
  }
}

function interrupted() {
  return new Failure('interrupted', 'interrupted', {
    message: 'Interrupted at the prompt.',
    hint: 'Run the command again.',
  });
}
