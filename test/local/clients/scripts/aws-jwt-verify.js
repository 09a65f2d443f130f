import { CognitoJwtVerifier, JwtVerifier } from 'aws-jwt-verify';
import { fetchJwks } from 'aws-jwt-verify/jwk';
import { report, setup, statusOf } from './script.js';

const { userPoolId, clientId, issuer, jwksUri, tokens, groups } = setup;

/** The library tells its errors apart by class. */
const refusalOf = (work) =>
  work.then(
    () => 'none',
    (error) => error.constructor.name,
  );

/** It asks Amazon's host for the keys unless it has them: they come from the local Cognito, over TLS. */
async function tryCognitoJwtVerifier() {
  const jwks = await fetchJwks(jwksUri);
  const verify = (token, options) => {
    const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, ...options });
    verifier.cacheJwks(jwks);
    return verifier.verify(token);
  };
  return {
    access: (await verify(tokens.AccessToken, { tokenUse: 'access', groups })).username,
    id: (await verify(tokens.IdToken, { tokenUse: 'id' }))['cognito:username'],
    otherUse: await refusalOf(verify(tokens.AccessToken, { tokenUse: 'id' })),
    otherClient: await refusalOf(verify(tokens.AccessToken, { tokenUse: 'access', clientId: 'other' })),
    otherGroup: await refusalOf(verify(tokens.AccessToken, { tokenUse: 'access', groups: ['other'] })),
  };
}

async function tryJwtVerifier() {
  const verify = (token, options) =>
    JwtVerifier.create({ issuer, audience: clientId, jwksUri, ...options }).verify(token);
  return {
    access: (await verify(tokens.AccessToken, { audience: null })).username,
    id: (await verify(tokens.IdToken))['cognito:username'],
    otherIssuer: await refusalOf(verify(tokens.IdToken, { issuer: `${issuer}x` })),
    otherAudience: await refusalOf(verify(tokens.IdToken, { audience: 'other' })),
    plainHttp: await refusalOf(verify(tokens.IdToken, { jwksUri: jwksUri.replace('https:', 'http:') })),
  };
}

report({
  ...(await (setup.verifier === 'JwtVerifier' ? tryJwtVerifier() : tryCognitoJwtVerifier())),
  api: [await statusOf(tokens.AccessToken), await statusOf(tokens.IdToken)],
});
