import type { LocalDynamoDb } from '../../app/local/dynamodb.js';
import type { Issuer } from '../harness/issuer.js';
import type { JwtAuthorizerSettings } from './gateway/authorizer.js';

/** The variables of an app that trusts these issuers and no other. */
export function environmentFor(issuers: readonly Issuer[]): Record<string, string> {
  const pools = issuers.map(({ pool: { name, userPoolId, jwksUri }, clientId }) => [
    name,
    { userPoolId, clientIds: [clientId], jwksUri },
  ]);
  return { COGNITO_POOLS: JSON.stringify(Object.fromEntries(pools)), TABLE_NAME: 'items' };
}

/** The variables with which the AWS SDK finds a table on this machine. */
export function environmentOf({
  name,
  endpoint,
}: Pick<LocalDynamoDb['settings'], 'name' | 'endpoint'>): Record<string, string> {
  return {
    TABLE_NAME: name,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

/** The settings of a JWT authorizer for an issuer's tokens. */
export function authorizerOf({ pool: { issuer, jwksUri }, clientId }: Issuer): JwtAuthorizerSettings {
  return { issuer, jwksUri, audience: [clientId] };
}
