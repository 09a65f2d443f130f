import type { Logger } from 'pino';
import { CognitoError } from '../errors.js';
import { BodyTooLarge } from './body.js';
import { OAuthError, UserInfoRefusal } from './oauth/oauth-error.js';

export interface Response {
  status: number;
  headers: Record<string, string | string[]>;
  /** Sent as JSON, a string and bytes as they are. */
  body?: object | string;
}

/** The result of an operation, in AWS JSON 1.1. */
export const result = (body: object): Response => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body,
});

export const json = (body: object): Response => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

/** An error in AWS JSON 1.1. */
export const awsError = (status: number, type: string, message: string): Response => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type },
  body: { __type: type, message },
});

/** The response to anything thrown. Of an unexpected error only code and place are logged: a message may quote secrets. */
export function errorResponse(log: Logger, error: unknown): Response {
  if (error instanceof CognitoError) return awsError(400, error.type, error.message);
  if (error instanceof OAuthError) return oauthError(error);
  if (error instanceof UserInfoRefusal) return userInfoRefusal(error);
  if (error instanceof BodyTooLarge) return awsError(413, 'RequestTooLargeException', 'The request body is too large.');
  log.error({ at: placeOf(error) }, 'the local Cognito failed');
  return awsError(500, 'InternalErrorException', 'The local Cognito failed; its log says where.');
}

const oauthError = ({ code, message }: OAuthError): Response => ({
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: { error: code, error_description: message },
});

/** RFC 6750 section 3, with the status of each code. */
const userInfoRefusal = ({ code, message }: UserInfoRefusal): Response => ({
  status: code === 'invalid_token' ? 401 : 400,
  headers: {
    'content-type': 'application/json',
    'www-authenticate': `Bearer error="${code}", error_description="${message.replaceAll('"', "'")}"`,
  },
  body: { error: code, error_description: message },
});

/** The error's code, and where it was thrown. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unexpected';
  const { code = 'unexpected' } = error as NodeJS.ErrnoException;
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return [code, ...frames].join('\n');
}
