/** What a check came to: `fault` says what is wrong, and `hint` what to do. */
export interface Finding {
  /** What was looked at, such as `keys`; stable. */
  readonly check: string;
  readonly status: 'ok' | 'fault' | 'warning' | 'skipped';
  readonly message: string;
  readonly hint?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message });
export const fault = (check: string, message: string, hint: string): Finding => ({
  check,
  status: 'fault',
  message,
  hint,
});
export const warning = (check: string, message: string, hint: string): Finding => ({
  check,
  status: 'warning',
  message,
  hint,
});
export const skipped = (check: string, message: string, hint?: string): Finding => ({
  check,
  status: 'skipped',
  message,
  ...(hint !== undefined && { hint }),
});
