import type { Context } from '../../context.js';
import { json, type Response } from '../responses.js';
import { revokeToken } from './revoke.js';
import { issueTokens } from './token.js';
import { userInfo } from './user-info.js';

interface OAuthRequest {
  context: Context;
  authorization: string | undefined;
  body: string;
}

type Endpoint = (request: OAuthRequest) => Promise<Response>;

const describeUser: Endpoint = async ({ context, authorization }) => json(await userInfo(context, authorization));

/** By method and path, as in Cognito, where each of them has the pool's domain. */
const endpoints: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  [
    'POST /oauth2/token',
    async ({ context, authorization, body }) => json(await issueTokens(context, authorization, body)),
  ],
  ['GET /oauth2/userInfo', describeUser],
  ['POST /oauth2/userInfo', describeUser],
  [
    'POST /oauth2/revoke',
    async ({ context, authorization, body }) => {
      revokeToken(context, authorization, body);
      return { status: 200, headers: {} };
    },
  ],
]);

export const oauthEndpoint = (method = '', path: string): Endpoint | undefined => endpoints.get(`${method} ${path}`);
