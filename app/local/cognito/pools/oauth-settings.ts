import { CognitoError } from '../errors.js';
import type { Client, Pool } from '../state/state.js';

const OPENID_SCOPES = ['phone', 'email', 'openid', 'profile', 'aws.cognito.signin.user.admin'];

/** The scopes of a pool's resource servers, as a token carries them: `identifier/name`. */
export const customScopes = (pool: Pool): string[] =>
  [...pool.resourceServers.values()].flatMap(({ identifier, scopes }) =>
    scopes.map(({ name }) => `${identifier}/${name}`),
  );

/** Throws InvalidOAuthFlowException and ScopeDoesNotExistException. */
export function checkOAuth(pool: Pool, client: Client, flows: string[]): void {
  const known = new Set([...customScopes(pool), ...OPENID_SCOPES]);
  const stray = client.scopes.filter((scope) => !known.has(scope));
  if (stray.length > 0) throw new CognitoError('ScopeDoesNotExistException', `Scopes not found: ${stray.join(', ')}`);
  if (!flows.includes('client_credentials')) return;
  if (flows.length > 1) throw refusal('along with code flow or implicit flow.');
  if (client.secrets.length === 0) throw refusal('if client does not have a client secret.');
}

const refusal = (why: string) =>
  new CognitoError('InvalidOAuthFlowException', `client_credentials flow can not be selected ${why}`);
