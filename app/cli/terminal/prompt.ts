import { Failure } from '../failure.js';
import type { Runtime } from '../runtime.js';
import type { Terminal } from './terminal.js';

const PROMPT_ENDED = new Set(['ExitPromptError', 'AbortPromptError']);

type Asking = 'text' | 'secret' | 'confirmation';

interface Question {
  message: string;
  /** How to give it without a terminal. */
  instead: string;
}

/** Asks the person at the terminal, on stderr. Throws `input_needed` where there is none, `interrupted` at Ctrl-C. */
export class Prompt {
  readonly #runtime: Pick<Runtime, 'stdin' | 'stderr'>;
  readonly #terminal: Pick<Terminal, 'mayPrompt'>;

  constructor(runtime: Pick<Runtime, 'stdin' | 'stderr'>, terminal: Pick<Terminal, 'mayPrompt'>) {
    this.#runtime = runtime;
    this.#terminal = terminal;
  }

  async text(question: Question): Promise<string> {
    const { default: input } = await import('@inquirer/input');
    const { message } = question;
    return this.#ask('text', question, (context) => input({ message, required: true }, context));
  }

  /** Nothing of the answer is shown, not even its length. */
  async secret(question: Question): Promise<string> {
    const { default: password } = await import('@inquirer/password');
    const validate = (value: string) => value !== '' || 'An empty one is none.';
    const { message } = question;
    return this.#ask('secret', question, (context) => password({ message, mask: false, validate }, context));
  }

  /** A secret typed twice. Throws `passwords_differ`. */
  async newSecret({ message, instead }: Question): Promise<string> {
    const first = await this.secret({ message, instead });
    if ((await this.secret({ message: 'The same once more', instead })) === first) return first;
    throw new Failure('inputNeeded', 'passwords_differ', {
      message: 'The two passwords differ.',
      hint: 'Run the command again.',
    });
  }

  async confirm(question: Question): Promise<boolean> {
    const { default: confirm } = await import('@inquirer/confirm');
    const { message } = question;
    return this.#ask('confirmation', question, (context) => confirm({ message, default: false }, context));
  }

  async #ask<T>(kind: Asking, question: Question, ask: (context: object) => Promise<T>): Promise<T> {
    if (!this.#terminal.mayPrompt) {
      throw new Failure('inputNeeded', 'input_needed', {
        message: `A ${kind} is needed (${question.message}), and there is no terminal to ask on, or --no-input forbids it.`,
        hint: question.instead,
      });
    }
    const { stdin: input, stderr: output } = this.#runtime;
    const ending = new AbortController();
    const end = (signal: string) => ending.abort(signal);
    // Not `once`: seeing itself alone, the prompt library's listener would end the process there and then.
    process.on('SIGTERM', end).on('SIGHUP', end);
    try {
      return await ask({ input, output, signal: ending.signal });
    } catch (error) {
      if (error instanceof Error && PROMPT_ENDED.has(error.name)) throw interrupted();
      throw error;
    } finally {
      process.off('SIGTERM', end).off('SIGHUP', end);
      // The terminal is as it was before; now the signal may do what it was sent for.
      if (ending.signal.aborted) process.kill(process.pid, ending.signal.reason as string);
    }
  }
}

export function interrupted() {
  return new Failure('interrupted', 'interrupted', {
    message: 'Interrupted; nothing was changed since the question.',
    hint: 'Run the command again.',
  });
}
