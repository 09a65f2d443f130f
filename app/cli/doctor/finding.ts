import { Failure } from '../failure.js';

/** The result of a check; a `fault` says what is wrong in `message` and what to do in `hint`. */
export interface Finding {
  /** What was checked, such as `keys`; stable. */
  readonly check: string;
  readonly status: 'ok' | 'fault' | 'warning' | 'skipped';
  readonly message: string;
  readonly hint?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message });
export const fault = (check: string, message: string, hint: string): Finding => {
  return { check, status: 'fault', message, hint };
};
export const warning = (check: string, message: string, hint: string): Finding => {
  return { check, status: 'warning', message, hint };
};
export const skipped = (check: string, message: string, hint?: string): Finding => {
  return { check, status: 'skipped', message, ...(hint !== undefined && { hint }) };
};

/** The finding where a check could not be made: a fault if the service is unreachable, skipped otherwise. */
export function unchecked(check: string, error: unknown): Finding {
  if (!(error instanceof Failure)) throw error;
  return (error.exit === 'unreachable' ? fault : skipped)(check, error.message, error.hint);
}
