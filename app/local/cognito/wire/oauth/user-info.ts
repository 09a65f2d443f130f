import { isReadable } from '../../attributes/permissions.js';
import type { Context } from '../../context.js';
import { CognitoError } from '../../errors.js';
import { bearer } from '../../sign-in/bearer.js';
import { writeAttributes } from '../../users/user.js';
import { UserInfoRefusal } from './oauth-error.js';

const BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/**
 * `/oauth2/userInfo`: the attributes that the access token's scopes and its client's ReadAttributes permit, all of them
 * text. `openid` alone permits every attribute. Throws UserInfoRefusal.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html
 */
export async function userInfo(context: Context, authorization = ''): Promise<object> {
  const token = /^Bearer +(?<token>[A-Za-z0-9_.-]+)$/iu.exec(authorization)?.groups?.['token'];
  if (token === undefined) throw new UserInfoRefusal('invalid_request', 'Bad OAuth2 request at UserInfo Endpoint');
  try {
    const { user, client, scopes } = await bearer(context, token, 'openid');
    const isPermitted = permittedBy(scopes);
    const attributes = writeAttributes(user).filter(
      ({ Name }) => Name === 'sub' || (isPermitted(Name) && isReadable(client, Name)),
    );
    return { ...Object.fromEntries(attributes.map(({ Name, Value }) => [Name, Value])), username: user.username };
  } catch (error) {
    if (error instanceof CognitoError) throw new UserInfoRefusal('invalid_token', error.message);
    throw error;
  }
}

function permittedBy(scopes: readonly string[]): (attribute: string) => boolean {
  if (['profile', ...Object.keys(BY_SCOPE)].every((scope) => !scopes.includes(scope))) return () => true;
  return (attribute) => {
    const scope = Object.keys(BY_SCOPE).find((name) => BY_SCOPE[name]?.includes(attribute)) ?? 'profile';
    return scopes.includes(scope);
  };
}
