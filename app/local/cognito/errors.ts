/**
 * The exceptions of the user pools API, by AWS's names; all of them are answered with status 400.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
 */
export type ErrorType =
  | 'AliasExistsException'
  | 'GroupExistsException'
  | 'InvalidOAuthFlowException'
  | 'InvalidParameterException'
  | 'InvalidPasswordException'
  | 'LimitExceededException'
  | 'NotAuthorizedException'
  | 'ResourceNotFoundException'
  | 'ScopeDoesNotExistException'
  | 'SerializationException'
  | 'UnauthorizedException'
  | 'UnknownOperationException'
  | 'UnsupportedOperationException'
  | 'UnsupportedTokenTypeException'
  | 'UnsupportedUserStateException'
  | 'UsernameExistsException'
  | 'UserNotFoundException';

/** What an operation throws to refuse; `message` goes to the caller and holds nothing secret. */
export class CognitoError extends Error {
  override name = 'CognitoError';
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

export const notAuthorized = (message: string) => new CognitoError('NotAuthorizedException', message);
export const invalidParameter = (message: string) => new CognitoError('InvalidParameterException', message);
export const notFound = (message: string) => new CognitoError('ResourceNotFoundException', message);

/** For what Cognito can do and the stand-in can't: refused, never silently ignored. */
export const notSupportedHere = (what: string) => invalidParameter(`${what} is not supported by the local stand-in.`);
