import { AwsRefusal } from '../aws/aws-failure.js';
import { Failure } from '../failure.js';

/** What refused sign-ins mean; anything else is left as it is. */
export function signInFailure(error: unknown, user: string): unknown {
  if (!(error instanceof AwsRefusal)) return error;
  const { reason, said } = error;
  if (reason === 'NotAuthorizedException' && /secret/i.test(said)) {
    return new Failure('refused', 'client_secret_refused', {
      message: `Cognito refused the client's secret, not the password: the profile's is wrong or was rotated away. (${said})`,
      hint: 'Write the profile anew: `npm start` for local, terraform output -json profile | pizza profile add NAME for another.',
    });
  }
  if (reason === 'NotAuthorizedException' && /disabled/i.test(said)) {
    return new Failure('refused', 'user_disabled', {
      message: `${user} is disabled.`,
      hint: `pizza user enable ${user}`,
    });
  }
  if (reason === 'NotAuthorizedException' || reason === 'UserNotFoundException') {
    return new Failure('refused', 'credentials_refused', {
      message: `Cognito refused the sign-in of ${user}: ${said}`,
      hint: `Try again: pizza login ${user}; or set another password: pizza user passwd ${user}`,
    });
  }
  if (reason === 'InvalidPasswordException') {
    return new Failure('refused', 'password_refused', {
      message: said,
      hint: 'Choose a password that keeps to the policy.',
    });
  }
  if (reason === 'InvalidParameterException' && /flow/i.test(said)) {
    return new Failure('unexpected', 'flow_off', {
      message: `The client does not allow this sign-in: ${said}.`,
      hint: "Add ALLOW_USER_PASSWORD_AUTH and ALLOW_REFRESH_TOKEN_AUTH to the client's flows; pizza doctor says what is missing.",
    });
  }
  return error;
}
