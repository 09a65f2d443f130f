import * as openid from 'openid-client';
import { report, setup, statusOf } from './script.js';

const { issuer, machine, publicClientId, AccessToken, RefreshToken } = setup;

/** A client that has discovered the pool; plain HTTP is for loopback, and must be allowed. */
const discover = (clientId, authentication) =>
  openid.discovery(new URL(issuer), clientId, {}, authentication, { execute: [openid.allowInsecureRequests] });

/** The OAuth error that `work` ends with. */
const refusalOf = (work) =>
  work.then(
    () => 'none',
    ({ error, code }) => error ?? code,
  );

async function machineTokens(authentication, scope = machine.scopes.join(' ')) {
  const client = await discover(machine.clientId, authentication);
  const { token_type, expires_in, access_token } = await openid.clientCredentialsGrant(client, { scope });
  return [token_type, expires_in, await statusOf(access_token, '/items', { name: 'Tea' })];
}

async function userInfo(client, token) {
  try {
    return await openid.fetchUserInfo(client, token, openid.skipSubjectCheck);
  } catch ({ status, cause }) {
    return [status, cause[0].parameters.error];
  }
}

const found = {};
found.post = await machineTokens(openid.ClientSecretPost(machine.clientSecret));
found.basic = await machineTokens(openid.ClientSecretBasic(machine.clientSecret));
found.wrongSecret = await refusalOf(machineTokens(openid.ClientSecretPost('wrong')));
found.otherScope = await refusalOf(machineTokens(openid.ClientSecretPost(machine.clientSecret), 'other/scope'));

const client = await discover(publicClientId, openid.None());
found.issuer = client.serverMetadata().issuer;
const refreshed = await openid.refreshTokenGrant(client, RefreshToken);
found.refreshed = [refreshed.token_type, refreshed.expires_in, refreshed.claims().sub];
found.api = [await statusOf(refreshed.access_token), await statusOf(refreshed.id_token)];
found.userInfo = await userInfo(client, AccessToken);
await openid.tokenRevocation(client, RefreshToken);
found.revoked = await refusalOf(openid.refreshTokenGrant(client, RefreshToken));
report(found);
