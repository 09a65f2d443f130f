import { isReadable } from '../../attributes/permissions.js';
import type { Context } from '../../context.js';
import { CognitoError } from '../../errors.js';
import { bearer } from '../../sign-in/bearer.js';
import { attributesFor } from '../../sign-in/scopes.js';
import { writeAttributes } from '../../users/user.js';
import { UserInfoRefusal } from './oauth-error.js';

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
    const isPermitted = attributesFor(scopes);
    const attributes = writeAttributes(user).filter(
      ({ Name }) => Name === 'sub' || (isPermitted(Name) && isReadable(client, Name)),
    );
    return { ...Object.fromEntries(attributes.map(({ Name, Value }) => [Name, Value])), username: user.username };
  } catch (error) {
    if (error instanceof CognitoError) throw new UserInfoRefusal('invalid_token', error.message);
    throw error;
  }
}
