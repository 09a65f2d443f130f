import { writeAttributes } from '../users/user.js';
import { isReadable } from '../attributes/permissions.js';
import { clientById } from '../context.js';
import { mfaSettings } from '../mfa/factors.js';
import { CognitoError } from '../errors.js';
import * as fields from '../input/fields.js';
import { reads, writes } from '../operation.js';
import { bearer } from './bearer.js';
import { isSecretOf } from './secret-hash.js';
import { revokeSessions, sessionOf } from './sessions.js';

/** What users do for themselves, with their tokens. */
export const accountOperations = {
  GetUser: reads({ AccessToken: fields.token }, async (context, { AccessToken }) => {
    const { user, client } = await bearer(context, AccessToken);
    const UserAttributes = writeAttributes(user).filter(({ Name }) => isReadable(client, Name));
    return { Username: user.username, UserAttributes, ...mfaSettings(user) };
  }),

  GlobalSignOut: writes({ AccessToken: fields.token }, async (context, { AccessToken }) => {
    const { pool, user } = await bearer(context, AccessToken);
    revokeSessions(pool, user);
    return {};
  }),

  /** A token that is unknown, or revoked already, is no error (RFC 7009 section 2.2). */
  RevokeToken: writes(
    { Token: fields.token, ClientId: fields.clientId, ClientSecret: fields.clientSecret },
    (context, { Token, ClientId, ClientSecret }) => {
      const { pool, client } = clientById(context, ClientId);
      if (!isSecretOf(client, ClientSecret)) throw new CognitoError('UnauthorizedException', 'Invalid client secret.');
      if (!client.revocable)
        throw new CognitoError('UnsupportedOperationException', 'Revocation is not enabled for this client.');
      if (Token.split('.').length === 3)
        throw new CognitoError('UnsupportedTokenTypeException', 'Unsupported token type.');
      const session = sessionOf(pool, Token);
      if (session && session.clientId !== client.id)
        throw new CognitoError('UnauthorizedException', 'The token was issued to another client.');
      if (session) session.revoked = true;
      return {};
    },
  ),
};
