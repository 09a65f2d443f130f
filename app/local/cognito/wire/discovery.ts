import { issuerOf, type Context } from '../context.js';
import { customScopes } from '../pools/oauth-settings.js';
import type { Pool } from '../state/state.js';

/** OpenID Connect Discovery 1.0 section 3, of what the stand-in really serves. */
export function openidConfiguration(context: Context, pool: Pool) {
  const issuer = issuerOf(context, pool);
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${context.endpoint}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
    scopes_supported: customScopes(pool),
  };
}
