import { newSecret } from './client-secrets.js';
import { clientShape } from './client-settings.js';
import { clientOf, poolOf } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { lifetimesFrom } from './lifetimes.js';
import { integer } from '../input/members.js';
import { reads, writes } from '../operation.js';
import { checkOAuth } from './oauth-settings.js';
import { page } from '../input/page.js';
import { DIGITS, LOWER, randomText } from '../random-text.js';
import type { Client, Pool } from '../state/state.js';

const DEFAULT_FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];

const member = { UserPoolId: fields.poolId, ClientId: fields.clientId };

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html */
export const clientOperations = {
  CreateUserPoolClient: writes(
    clientShape,
    (context, { UserPoolId, ClientName, GenerateSecret = false, ClientSecret, ...asked }) => {
      const pool = poolOf(context, UserPoolId);
      if (GenerateSecret && ClientSecret !== undefined)
        throw invalidParameter('GenerateSecret and ClientSecret can not be given together.');
      const flows = asked.AllowedOAuthFlows ?? [];
      const now = context.now();
      const id = randomText(26, `${LOWER}${DIGITS}`);
      const client: Client = {
        id,
        name: ClientName,
        createdAt: now,
        modifiedAt: now,
        secrets: GenerateSecret || ClientSecret !== undefined ? [newSecret(id, now, ClientSecret)] : [],
        flows: asked.ExplicitAuthFlows ?? DEFAULT_FLOWS,
        lifetimes: lifetimesFrom(asked),
        hideUserExistence: asked.PreventUserExistenceErrors === 'ENABLED',
        revocable: asked.EnableTokenRevocation ?? true,
        clientCredentials: asked.AllowedOAuthFlowsUserPoolClient === true && flows.includes('client_credentials'),
        challengeMinutes: asked.AuthSessionValidity ?? 3,
        scopes: asked.AllowedOAuthScopes ?? [],
        ...(asked.ReadAttributes && { readAttributes: asked.ReadAttributes }),
        settings: JSON.stringify(asked),
      };
      checkOAuth(pool, client, flows);
      pool.clients.set(id, client);
      return { UserPoolClient: describe(pool, client) };
    },
  ),

  DescribeUserPoolClient: reads(member, (context, { UserPoolId, ClientId }) => {
    const pool = poolOf(context, UserPoolId);
    return { UserPoolClient: describe(pool, clientOf(pool, ClientId)) };
  }),

  ListUserPoolClients: reads(
    { UserPoolId: fields.poolId, MaxResults: integer(1, 60), NextToken: fields.pageToken },
    (context, { UserPoolId, MaxResults, NextToken }) => {
      const { items, next } = page(poolOf(context, UserPoolId).clients, MaxResults, NextToken);
      const UserPoolClients = items.map(({ id, name }) => ({ ClientId: id, UserPoolId, ClientName: name }));
      return { UserPoolClients, NextToken: next };
    },
  ),
};

const describe = (pool: Pool, client: Client) => ({
  AllowedOAuthFlowsUserPoolClient: false,
  EnablePropagateAdditionalUserContextData: false,
  RefreshTokenValidity: 30,
  ...settingsOf(client),
  AuthSessionValidity: client.challengeMinutes,
  AllowedOAuthScopes: client.scopes,
  ClientId: client.id,
  ClientName: client.name,
  ClientSecret: client.secrets[0]?.value,
  CreationDate: fields.date(client.createdAt),
  EnableTokenRevocation: client.revocable,
  ExplicitAuthFlows: client.flows,
  LastModifiedDate: fields.date(client.modifiedAt),
  PreventUserExistenceErrors: client.hideUserExistence ? 'ENABLED' : 'LEGACY',
  UserPoolId: pool.id,
});

function settingsOf(client: Client): object {
  const asked: object = JSON.parse(client.settings);
  return asked;
}
