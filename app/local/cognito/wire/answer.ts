import type { Logger } from 'pino';
import { codeOf } from '../../system-error.js';
import { BodyTooLarge } from './body.js';
import { CognitoError } from '../errors.js';
import { OAuthError } from './token-endpoint.js';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body?: object;
}

/** What an operation answers, in AWS JSON 1.1. */
export const result = (body: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body,
});

export const document = (body: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

/** An error as AWS JSON 1.1 has it. */
export const awsError = (status: number, type: string, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type },
  body: { __type: type, message },
});

/** The answer to whatever was thrown; of what nobody foresaw only the place is logged: a message may quote secrets. */
export function failure(log: Logger, error: unknown): Answer {
  if (error instanceof CognitoError) return awsError(400, error.type, error.message);
  if (error instanceof OAuthError) return oauthError(error);
  if (error instanceof BodyTooLarge) return awsError(413, 'RequestTooLargeException', 'The request body is too large.');
  log.error({ at: placeOf(error) }, 'the Cognito stand-in failed');
  return awsError(500, 'InternalErrorException', 'The local stand-in failed; its log says where.');
}

function oauthError({ status, code, message }: OAuthError): Answer {
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Basic realm="cognito"' } : {};
  return {
    status,
    headers: { 'content-type': 'application/json', ...challenge },
    body: { error: code, error_description: message },
  };
}

/** Its kind, and where it was thrown. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined;
  const frames = stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  const code = codeOf(error);
  return [typeof code === 'string' ? code : 'unforeseen', ...frames].join('\n');
}
