import { hasAwsCode } from '../aws/aws-error.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { digitsOf } from '../terminal/prompt.js';

/** Cognito keeps the session of a sign-in after a wrong code, and the secret of an enrolment. */
const MAX_CODES = 3;
const REFUSALS = ['CodeMismatchException', 'EnableSoftwareTokenMFAException', 'ExpiredCodeException'];

interface CodeRequest {
  /** The code from stdin, where that was asked for. */
  given?: string | undefined;
  message: string;
  instead: string;
}

/**
 * Gets a code and has it sent. A person who is prompted has three attempts; a code from stdin is sent once. Throws
 * `code_malformed`, and what `send` and prompts throw.
 */
export async function submitCode<T>(
  { prompt, terminal }: Pick<CommandContext, 'prompt' | 'terminal'>,
  { given, message, instead }: CodeRequest,
  send: (code: string) => Promise<T>,
): Promise<T> {
  if (given !== undefined) return send(parseCode(given));
  for (let attempt = 1; ; attempt += 1) {
    const code = await prompt.code({ message, instead });
    try {
      return await send(code);
    } catch (error) {
      if (attempt === MAX_CODES || !hasAwsCode(error, ...REFUSALS)) throw error;
      terminal.show(`Cognito refused the code (${error.awsMessage}): type the one that is valid now.`);
    }
  }
}

/** A code from stdin. Throws `code_malformed`. */
export function parseCode(text: string): string {
  const code = digitsOf(text);
  if (code !== undefined) return code;
  throw new Failure('inputNeeded', 'code_malformed', {
    message: 'The code on stdin is not 6 to 8 digits.',
    hint: 'Fix the input and run the command again.',
  });
}

/** What a refusal of a code means; other errors are returned as they are. `again` is the line to try again with. */
export function codeFailure(error: unknown, again: string): unknown {
  if (!hasAwsCode(error, ...REFUSALS)) return error;
  return new Failure('refused', 'code_refused', {
    message: `Cognito refused the code: ${error.awsMessage}`,
    hint: `Each code works once, and one of an app for 30 s: check the clock of its device, and try again with the next code: ${again}`,
  });
}
