import * as openid from 'openid-client';
import { browse, report, setup, statusOf } from './script.js';

const { issuer, publicClientId, redirectUri } = setup;
const client = await openid.discovery(new URL(issuer), publicClientId, {}, openid.None(), {
  execute: [openid.allowInsecureRequests],
});
const [verifier, state, nonce] = [openid.randomPKCECodeVerifier(), openid.randomState(), openid.randomNonce()];
const address = openid.buildAuthorizationUrl(client, {
  redirect_uri: redirectUri,
  code_challenge: await openid.calculatePKCECodeChallenge(verifier),
  code_challenge_method: client.serverMetadata().supportsPKCE() ? 'S256' : 'unknown',
  state,
  nonce,
});
const callback = await browse(address.href);

const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
const exchange = (changes) => openid.authorizationCodeGrant(client, callback, { ...checks, ...changes });
const refusalOf = (work) =>
  work.then(
    () => 'none',
    ({ error, code }) => error ?? code,
  );
const wrongState = await refusalOf(exchange({ expectedState: 'other' }));
const tokens = await exchange({});
const claims = tokens.claims();
const { username } = await openid.fetchUserInfo(client, tokens.access_token, claims.sub);
report({
  subject: claims.sub,
  isOwnNonce: claims.nonce === nonce,
  scope: JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url').toString()).scope,
  userInfo: username,
  api: [await statusOf(tokens.access_token), await statusOf(tokens.id_token)],
  wrongState,
  replayed: await refusalOf(exchange({})),
});
