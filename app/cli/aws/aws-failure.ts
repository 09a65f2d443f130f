import { Failure, systemCode } from '../failure.js';

const SECRET_FIELD = /password|secret|token|session/i;

function secretsIn(input: unknown, isSecret = false): string[] {
  if (typeof input === 'string') return isSecret && input.length > 3 ? [input] : [];
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([name, value]) => secretsIn(value, isSecret || SECRET_FIELD.test(name)));
}

const UNREACHABLE =
  /^(?:ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED)/;
const CREDENTIALS =
  /^(?:AccessDenied|UnrecognizedClient|ExpiredToken|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|CredentialsProviderError|IncompleteSignature|MissingAuthenticationToken|Forbidden)/;

const statusOf = (error: Error) =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;

/** Whether an error means that nobody answered, or nobody who could. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = statusOf(error);
  const code = systemCode(error) ?? systemCode(error.cause) ?? '';
  return error.name === 'TimeoutError' || UNREACHABLE.test(code) || (status >= 500 && status !== 501);
}

/** What an error of the SDK's means; what was secret in the input is taken out of its message. */
export function awsFailure(error: unknown, service: string, input: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const said = secretsIn(input).reduce((text, secret) => text.replaceAll(secret, '***'), error.message);
  // How emulators say that they lack an operation: a page for people, with status 500.
  if (error instanceof SyntaxError && statusOf(error) === 500)
    return new AwsRefusal(NOT_IMPLEMENTED, 'no such operation');
  if (isUnreachable(error)) {
    return new Failure('unreachable', 'unreachable', {
      message: `${service} can't be reached: ${systemCode(error) ?? error.name} ${said}`.trim(),
      hint: 'See that it runs (`npm start` for the profile local) and that the network is up, then run the command again.',
    });
  }
  if (CREDENTIALS.test(error.name)) {
    return new Failure('refused', 'aws_credentials_refused', {
      message: `${service} refused your AWS credentials: ${said}`,
      hint: 'Sign in to AWS (aws sso login), or set AWS_PROFILE to one that may do this.',
    });
  }
  return new AwsRefusal(error.name, said);
}

export const NOT_IMPLEMENTED = 'NotImplemented';

/** What AWS refused, by its own name for it, secrets taken out; whoever called knows what it means. */
export class AwsRefusal extends Failure {
  readonly reason: string;
  readonly said: string;

  constructor(reason: string, said: string) {
    const message = `AWS refused: ${said || reason}`;
    super('unexpected', `aws_${snakeCase(reason)}`, { message, hint: 'pizza doctor' });
    this.reason = reason;
    this.said = said;
  }
}

/** Whether the endpoint, surely an emulator, doesn't have the operation. */
export function isUnknownOperation({ reason }: AwsRefusal): boolean {
  return reason === NOT_IMPLEMENTED || reason === 'UnknownOperationException';
}

const snakeCase = (name: string) =>
  name
    .replace(/Exception$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
