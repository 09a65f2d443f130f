import { newSecret } from './secrets.js';
import { removeClient } from './removal.js';
import { checkClient } from './rules.js';
import { clientSettings, settingsShape } from './settings.js';
import { clientOf, poolOf } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { flag, integer } from '../input/members.js';
import { reads, writes } from '../operation.js';
import { DIGITS, LOWER, randomText } from '../random-text.js';
import type { Client, Pool } from '../state/state.js';

const member = { UserPoolId: fields.poolId, ClientId: fields.clientId };

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html */
export const clientOperations = {
  CreateUserPoolClient: writes(
    {
      UserPoolId: fields.poolId,
      ClientName: fields.name,
      GenerateSecret: flag,
      ClientSecret: fields.clientSecret,
      ...settingsShape,
    },
    (context, { UserPoolId, ClientName, GenerateSecret = false, ClientSecret, ...settings }) => {
      const pool = poolOf(context, UserPoolId);
      if (GenerateSecret && ClientSecret !== undefined)
        throw invalidParameter('GenerateSecret and ClientSecret can not be given together.');
      const now = context.now();
      const id = randomText(26, `${LOWER}${DIGITS}`);
      const client: Client = {
        id,
        name: ClientName,
        createdAt: now,
        modifiedAt: now,
        secrets: GenerateSecret || ClientSecret !== undefined ? [newSecret(id, now, ClientSecret)] : [],
        ...clientSettings(settings),
      };
      checkClient(pool, client, settings);
      pool.clients.set(id, client);
      return { UserPoolClient: describe(pool, client) };
    },
  ),

  /** Settings that the request leaves out return to their defaults, as in Cognito. Id and secrets stay. */
  UpdateUserPoolClient: writes(
    { ...member, ClientName: fields.optionalName, ...settingsShape },
    (context, { UserPoolId, ClientId, ClientName, ...settings }) => {
      const pool = poolOf(context, UserPoolId);
      const { id, name, createdAt, secrets } = clientOf(pool, ClientId);
      const modifiedAt = context.now();
      const client: Client = {
        id,
        name: ClientName ?? name,
        createdAt,
        modifiedAt,
        secrets,
        ...clientSettings(settings),
      };
      checkClient(pool, client, settings);
      pool.clients.set(id, client);
      return { UserPoolClient: describe(pool, client) };
    },
  ),

  DeleteUserPoolClient: writes(member, (context, { UserPoolId, ClientId }) => {
    const pool = poolOf(context, UserPoolId);
    removeClient(pool, clientOf(pool, ClientId).id);
    return {};
  }),

  DescribeUserPoolClient: reads(member, (context, { UserPoolId, ClientId }) => {
    const pool = poolOf(context, UserPoolId);
    return { UserPoolClient: describe(pool, clientOf(pool, ClientId)) };
  }),

  ListUserPoolClients: reads(
    { UserPoolId: fields.poolId, MaxResults: integer(1, 60), NextToken: fields.pageToken },
    (context, { UserPoolId, MaxResults, NextToken }) => {
      const { items, next } = fields.page(poolOf(context, UserPoolId).clients, MaxResults, NextToken);
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
  const settings: object = JSON.parse(client.settings);
  return settings;
}
