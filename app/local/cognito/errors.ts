/**
 * The exceptions of the user pools API, by AWS's names; all of them have status 400.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
 */
export type ErrorType =
  | 'AliasExistsException'
  | 'CodeMismatchException'
  | 'DuplicateProviderException'
  | 'EnableSoftwareTokenMFAException'
  | 'ExpiredCodeException'
  | 'FeatureUnavailableInTierException'
  | 'GroupExistsException'
  | 'InvalidLambdaResponseException'
  | 'InvalidOAuthFlowException'
  | 'InvalidParameterException'
  | 'InvalidPasswordException'
  | 'InvalidUserPoolConfigurationException'
  | 'LimitExceededException'
  | 'ManagedLoginBrandingExistsException'
  | 'MissingAuthenticationTokenException'
  | 'NotAuthorizedException'
  | 'OperationNotEnabledException'
  | 'PasswordResetRequiredException'
  | 'PreconditionNotMetException'
  | 'RefreshTokenReuseException'
  | 'ResourceNotFoundException'
  | 'ScopeDoesNotExistException'
  | 'SerializationException'
  | 'SoftwareTokenMFANotFoundException'
  | 'TermsExistsException'
  | 'UnauthorizedException'
  | 'UnexpectedLambdaException'
  | 'UnknownOperationException'
  | 'UnsupportedOperationException'
  | 'UnsupportedTokenTypeException'
  | 'UnsupportedUserStateException'
  | 'UsernameExistsException'
  | 'UserNotConfirmedException'
  | 'UserLambdaValidationException'
  | 'UserNotFoundException'
  | 'UserPoolAddOnNotEnabledException';

/** What an operation throws; `message` is sent to the caller and holds nothing secret. */
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

/** For what Cognito supports and the emulator doesn't: refused, never silently ignored. */
export const notSupportedHere = (what: string) =>
  invalidParameter(`${what} is not supported by the local Cognito emulator.`);

/** The result of `work`, or undefined when it fails with `type`. */
export async function orUndefined<T>(work: Promise<T>, type: ErrorType): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CognitoError && error.type === type) return undefined;
    throw error;
  }
}
