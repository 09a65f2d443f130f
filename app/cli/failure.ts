/** https://clig.dev/#the-basics; what each means stands in the README. */
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

/** Something went wrong that can be explained: a stable code, what happened and why, and what to do next. Holds no secret. */
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

/** The `code` of an error of Node's, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
