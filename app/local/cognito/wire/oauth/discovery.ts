import { issuerOf, type Context } from '../../context.js';
import { customScopes, OPENID_SCOPES } from '../../pools/resource-servers.js';
import { PROMPTS } from '../../managed-login/authorization-request.js';
import type { Pool } from '../../state/state.js';

/**
 * OpenID Connect Discovery 1.0 section 3, with Cognito's members. Endpoints are at `base`, where the request was sent
 * to, so that containers and devices reach them; the issuer is the one of the tokens.
 */
export const openidConfiguration = (context: Context, pool: Pool, base: string) => ({
  issuer: issuerOf(context, pool),
  jwks_uri: `${base}/${pool.id}/.well-known/jwks.json`,
  authorization_endpoint: `${base}/oauth2/authorize`,
  token_endpoint: `${base}/oauth2/token`,
  userinfo_endpoint: `${base}/oauth2/userInfo`,
  revocation_endpoint: `${base}/oauth2/revoke`,
  end_session_endpoint: `${base}/logout`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code', 'client_credentials', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  prompt_values_supported: PROMPTS,
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  id_token_signing_alg_values_supported: ['RS256'],
  subject_types_supported: ['public'],
  scopes_supported: [...OPENID_SCOPES.filter((scope) => !scope.includes('.')), ...customScopes(pool)],
});
