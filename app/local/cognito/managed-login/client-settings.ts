import type { ClientRequest } from '../app-clients/settings.js';
import type { Client } from '../state/state.js';

/** What a client says about managed login. */
export interface LoginSettings {
  callbackUrls: readonly string[];
  logoutUrls: readonly string[];
  /** Where the request's `redirect_uri` is left out. */
  defaultRedirectUri?: string | undefined;
  /** The client may use the authorization code grant. */
  allowsCode: boolean;
  /** People of the pool itself may sign in: COGNITO is among SupportedIdentityProviders. */
  allowsPoolUsers: boolean;
}

export function loginSettings(client: Client): LoginSettings {
  const settings: ClientRequest = JSON.parse(client.settings);
  const { AllowedOAuthFlows = [], SupportedIdentityProviders = [] } = settings;
  return {
    callbackUrls: settings.CallbackURLs ?? [],
    logoutUrls: settings.LogoutURLs ?? [],
    defaultRedirectUri: settings.DefaultRedirectURI,
    allowsCode: settings.AllowedOAuthFlowsUserPoolClient === true && AllowedOAuthFlows.includes('code'),
    allowsPoolUsers: SupportedIdentityProviders.includes('COGNITO'),
  };
}
