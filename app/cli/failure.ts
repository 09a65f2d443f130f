/** Exit codes by name, after https://clig.dev/#the-basics; README.md explains each. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  signInFirst: 3,
  refused: 4,
  inputNeeded: 5,
  unreachable: 6,
  interrupted: 130,
} as const;

export type Exit = keyof typeof EXIT;

/** An error that can be explained: a stable code, what happened and why, and what to do next. Holds no secret. */
export class Failure extends Error {
  override name = 'Failure';
  readonly code: string;
  readonly exit: Exit;
  readonly hint: string;

  constructor(exit: Exit, code: string, { message, hint, cause }: { message: string; hint: string; cause?: unknown }) {
    super(message, { cause });
    this.exit = exit;
    this.code = code;
    this.hint = hint;
  }
}

/** A command that was not used as its help says. */
export function usageError(message: string, hint: string): Failure {
  return new Failure('usage', 'usage', { message, hint });
}

/** The `code` of an error of Node's, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Why `fetch` failed: the system's code where there is one, the message otherwise. */
export function fetchErrorReason(error: unknown): string {
  return systemCode((error as Error).cause) ?? systemCode(error) ?? (error as Error).message;
}
