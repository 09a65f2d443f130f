type OAuthErrorCode =
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type';

/**
 * An error of the OAuth endpoints, RFC 6749 section 5.2. Cognito's status is 400 for every code, `invalid_client` too.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export class OAuthError extends Error {
  override name = 'OAuthError';
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

/**
 * Why `/oauth2/userInfo` describes no user: status 400 or 401, RFC 6750 section 3.1.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html
 */
export class UserInfoRefusal extends Error {
  override name = 'UserInfoRefusal';
  readonly code: 'invalid_request' | 'invalid_token';

  constructor(code: UserInfoRefusal['code'], description: string) {
    super(description);
    this.code = code;
  }
}
