import { STATUS_CODES } from 'node:http';

export interface ProblemOptions {
  /** HTTP status, 400 to 599. */
  status: number;
  /** Stable, for programs; clients may branch on it. */
  code: string;
  /** One sentence for people: what is wrong and what to fix. */
  detail: string;
  /** Response headers beside the problem's own. */
  headers?: Readonly<Record<string, string>>;
  /** Every failing field of the input, where there is one. */
  errors?: readonly FieldError[];
  /** What follows the realm in `WWW-Authenticate: Bearer` (RFC 6750 section 3); empty for a bare challenge. */
  challenge?: string;
  /** The precise cause, for the log alone. */
  reason?: string;
}

export interface FieldError {
  /** RFC 6901 JSON Pointer into the body, or the name of a query parameter. */
  field: string;
  detail: string;
}

/** A response that is an error: thrown anywhere, sent in one place as RFC 9457 problem details. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;
  readonly challenge: string | undefined;
  readonly reason: string | undefined;

  constructor({ status, code, detail, headers = {}, errors, challenge, reason }: ProblemOptions) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.errors = errors;
    this.challenge = challenge;
    this.reason = reason;
  }

  /** The members of RFC 9457 section 3.1, and `code`; `instance` is the request id. */
  toDocument(instance: string) {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status],
      status: this.status,
      detail: this.message,
      instance,
      code: this.code,
      ...(this.errors && { errors: this.errors }),
    };
  }
}
