import type { Issuer } from '../issuer.js';
import type { JwtAuthorizerSettings } from './gateway/authorizer.js';

/** The variables of an app that trusts these issuers and no other. */
export function environmentFor(issuers: readonly Issuer[]): Record<string, string> {
  const pools = issuers.map(({ pool: { name, userPoolId, jwksUri }, clientId }) => [
    name,
    { userPoolId, clientIds: [clientId], jwksUri },
  ]);
  return { COGNITO_POOLS: JSON.stringify(Object.fromEntries(pools)), PIZZA_TABLE: 'pizzas' };
}

/** The settings of a JWT authorizer for an issuer's tokens. */
export function authorizerOf({ pool: { issuer, jwksUri }, clientId }: Issuer): JwtAuthorizerSettings {
  return { issuer, jwksUri, audience: [clientId] };
}
