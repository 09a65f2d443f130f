import type * as Sdk from '@aws-sdk/client-cognito-identity-provider';
import { clientSettings, instrument } from './client.js';
import type { Profile } from '../state/profile.js';
import type { Terminal } from '../terminal/terminal.js';

/** Cognito's SDK, loaded on first use, and a client of it that fails with Failures alone. */
export interface Cognito {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.CognitoIdentityProviderClient;
}

export async function openCognito(profile: Profile, terminal: Terminal): Promise<Cognito> {
  const sdk = await import('@aws-sdk/client-cognito-identity-provider');
  const client = new sdk.CognitoIdentityProviderClient(clientSettings(profile, 'cognito'));
  instrument(client, 'Cognito', terminal);
  return { sdk, client };
}
