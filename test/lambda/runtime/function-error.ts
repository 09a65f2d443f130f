/** What a function reported of its own failure, at init or in an invocation: `errorType`, `errorMessage`, `trace`. */
export class FunctionError extends Error {
  readonly type: string;
  readonly trace: readonly string[];

  constructor(reported: unknown) {
    const { errorType, errorMessage, trace }: Record<string, unknown> = { ...Object(reported) };
    super(String(errorMessage));
    this.name = 'FunctionError';
    this.type = String(errorType);
    this.trace = Array.isArray(trace) ? trace.map(String) : [];
  }
}
