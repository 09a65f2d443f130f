import { commandLine } from '../command-line.js';
import { Failure, systemCode } from '../failure.js';
import { printableLine } from '../terminal/printable.js';

const SECRET_FIELD = /password|secret|token|session/i;

function secretsIn(input: unknown, isSecret = false): string[] {
  if (typeof input === 'string') return isSecret && input.length > 3 ? [input] : [];
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([name, value]) => secretsIn(value, isSecret || SECRET_FIELD.test(name)));
}

const UNREACHABLE_CODES =
  /^(?:ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED)/;
const CREDENTIAL_ERRORS =
  /^(?:AccessDenied|UnrecognizedClient|ExpiredToken|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|CredentialsProviderError|IncompleteSignature|MissingAuthenticationToken|Forbidden)/;

const statusOf = (error: Error) =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;

/** Whether an error means that no server answered, or none that is in a state to. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = statusOf(error);
  const code = systemCode(error) ?? systemCode(error.cause) ?? '';
  return error.name === 'TimeoutError' || UNREACHABLE_CODES.test(code) || (status >= 500 && status !== 501);
}

/** An error of the SDK as a Failure, without the secrets that were in the input. */
export function failureOf(error: unknown, service: string, input: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const message = printableLine(
    secretsIn(input).reduce((text, secret) => text.replaceAll(secret, '***'), error.message),
  );
  // How emulators say that they lack an operation: an HTML page with status 500.
  if (error instanceof SyntaxError && statusOf(error) === 500)
    return new AwsError(NOT_IMPLEMENTED, 'no such operation');
  if (isUnreachable(error)) {
    return new Failure('unreachable', 'unreachable', {
      message: `${service} is unreachable: ${systemCode(error) ?? error.name} ${message}`.trim(),
      hint: 'Check that it runs (`npm start` for the profile local) and that the network is up, then run the command again.',
    });
  }
  if (CREDENTIAL_ERRORS.test(error.name)) {
    return new Failure('refused', 'aws_credentials_refused', {
      message: `${service} refused your AWS credentials: ${message}`,
      hint: 'Sign in to AWS (aws sso login), or set AWS_PROFILE to a profile with the permission.',
    });
  }
  return new AwsError(error.name, message);
}

export const NOT_IMPLEMENTED = 'NotImplemented';

/** An error that AWS answered with, without secrets. Callers translate the codes that they expect. */
export class AwsError extends Failure {
  readonly awsCode: string;
  readonly awsMessage: string;

  constructor(awsCode: string, awsMessage: string) {
    const message = `AWS answered with an error: ${awsMessage || awsCode}`;
    super('unexpected', `aws_${snakeCase(awsCode)}`, { message, hint: commandLine('doctor') });
    this.awsCode = awsCode;
    this.awsMessage = awsMessage;
  }
}

export function hasAwsCode(error: unknown, ...codes: string[]): error is AwsError {
  return error instanceof AwsError && codes.includes(error.awsCode);
}

/** Whether the endpoint, then an emulator, lacks the operation. */
export function isUnknownOperation(error: unknown): boolean {
  return hasAwsCode(error, NOT_IMPLEMENTED, 'UnknownOperationException');
}

const snakeCase = (name: string) =>
  name
    .replace(/Exception$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
