import type { IncomingHttpHeaders } from 'node:http';
import { CognitoError } from '../errors.js';

/** The operations that apps call for their users without AWS credentials, as AWS's model of the API says. */
const PUBLIC_OPERATIONS: ReadonlySet<string> = new Set([
  'AssociateSoftwareToken',
  'ChangePassword',
  'CompleteWebAuthnRegistration',
  'ConfirmDevice',
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'DeleteUser',
  'DeleteUserAttributes',
  'DeleteWebAuthnCredential',
  'ForgetDevice',
  'ForgotPassword',
  'GetDevice',
  'GetTokensFromRefreshToken',
  'GetUser',
  'GetUserAttributeVerificationCode',
  'GetUserAuthFactors',
  'GlobalSignOut',
  'InitiateAuth',
  'ListDevices',
  'ListUserSessions',
  'ListWebAuthnCredentials',
  'ResendConfirmationCode',
  'RespondToAuthChallenge',
  'RevokeToken',
  'RevokeUserSession',
  'SetUserMFAPreference',
  'SetUserSettings',
  'SignUp',
  'StartWebAuthnRegistration',
  'UpdateAuthEventFeedback',
  'UpdateDeviceStatus',
  'UpdateUserAttributes',
  'VerifySoftwareToken',
  'VerifyUserAttribute',
]);

const SIGNATURE = /^AWS4-[A-Z0-9-]+ (?=.*Credential=)(?=.*SignedHeaders=)(?=.*Signature=)/u;

/**
 * Administrators' operations need a signature, of which only the presence is checked: the emulator knows no AWS
 * credentials, and accepts requests from this machine alone. Throws MissingAuthenticationTokenException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html
 */
export function checkSignature(operation: string, { authorization = '' }: IncomingHttpHeaders): void {
  if (PUBLIC_OPERATIONS.has(operation) || SIGNATURE.test(authorization)) return;
  throw new CognitoError('MissingAuthenticationTokenException', 'Missing Authentication Token');
}
