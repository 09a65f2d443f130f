const BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/**
 * Which attributes the scopes of OpenID Connect permit in an ID token and at `/oauth2/userInfo`: without `profile`,
 * `email` and `phone`, all of them.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
 */
export function attributesFor(scopes: readonly string[]): (attribute: string) => boolean {
  if (['profile', ...Object.keys(BY_SCOPE)].every((scope) => !scopes.includes(scope))) return () => true;
  return (attribute) => {
    const scope = Object.keys(BY_SCOPE).find((name) => BY_SCOPE[name]?.includes(attribute)) ?? 'profile';
    return scopes.includes(scope);
  };
}
