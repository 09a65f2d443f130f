import { isDeepStrictEqual } from 'node:util';
import { COMMAND_CALLBACK_URLS } from '../../platform/contract/command-callbacks.js';
import { PEOPLE_CLIENT, PUBLIC_CLIENT, type PoolDocument } from '../../platform/contract/pools.js';
import { api } from '../cognito/operations.js';
import { listDeletedClients } from '../cognito/app-clients/removal.js';
import type { SeededPool } from './seeded-file.js';
import type { Target } from './target.js';

type SeededMachine = SeededPool['machines'][number];

const common = { PreventUserExistenceErrors: 'ENABLED', EnableTokenRevocation: true };
const peopleFlows = [
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
];
const publicFlows = [
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
];

/** The id of the client that people sign in through. The API needs it: one that was deleted is created again. */
export async function seedPeopleClient(target: Target, before: SeededPool | undefined): Promise<string> {
  const { run, UserPoolId, product, name, changes } = target;
  const clientNames = [`${product.name}-${name}-people`, `${product.name}-client`];
  const settings = { ExplicitAuthFlows: peopleFlows, ...attributeSettings(target) };
  const found = await findClient(target, before?.clientId, clientNames);
  if (found !== undefined) {
    if (hasOtherPermissions(target, before)) {
      await run(api.UpdateUserPoolClient, { UserPoolId, ClientId: found, ...common, ...settings });
      changes.push("set the clients' permissions of attributes");
    }
    return found;
  }
  changes.push('created the client of people');
  return createClient(target, clientNames[0], settings);
}

/**
 * The client without a secret, for pages and devices, with its managed login. When that is declared anew the client gets
 * it and keeps its id; one that was deleted is created again. Its scopes are OpenID Connect's unless they are declared: a
 * scope of the pool would be everyone's.
 */
export async function seedPublicClient(target: Target, before: SeededPool | undefined) {
  const { run, UserPoolId, product, name, changes } = target;
  const clientName = `${product.name}-${name}-${PUBLIC_CLIENT}`;
  const managedLogin = managedLoginOf(target);
  const { rotationGraceSeconds: grace } = managedLogin;
  const settings = {
    ExplicitAuthFlows: publicFlows.filter((flow) => grace === undefined || flow !== 'ALLOW_REFRESH_TOKEN_AUTH'),
    AllowedOAuthFlows: ['code'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: managedLogin.scopes ?? ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
    ...(grace !== undefined && { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: grace } }),
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: managedLogin.callbackUrls,
    LogoutURLs: managedLogin.logoutUrls,
    ...attributeSettings(target),
  };
  const found = await findClient(target, before?.publicClientId, [clientName]);
  if (found === undefined) changes.push('created the public client');
  else {
    const isMoved = !isDeepStrictEqual(before?.managedLogin, managedLogin);
    if (isMoved || hasOtherPermissions(target, before))
      await run(api.UpdateUserPoolClient, { UserPoolId, ClientId: found, ...common, ...settings });
    if (isMoved) changes.push('set the managed login of the public client');
  }
  const publicClientId = found ?? (await createClient(target, clientName, { ...settings, GenerateSecret: false }));
  return { publicClientId, managedLogin };
}

/** What people may read and write through the pool's clients, as `seeded.json` records it. */
export function attributePermissionsOf({ clients }: PoolDocument): Pick<SeededPool, 'attributePermissions'> {
  const client = clients[PEOPLE_CLIENT];
  if (client?.type !== 'people' || !client.readAttributes) return {};
  const { readAttributes, writeAttributes = [] } = client;
  return { attributePermissions: { readAttributes: [...readAttributes], writeAttributes: [...writeAttributes] } };
}

function attributeSettings({ pool }: Target) {
  const { attributePermissions: permissions } = attributePermissionsOf(pool);
  return { ReadAttributes: permissions?.readAttributes, WriteAttributes: permissions?.writeAttributes };
}

const hasOtherPermissions = ({ pool }: Target, before: SeededPool | undefined) =>
  !isDeepStrictEqual(before?.attributePermissions, attributePermissionsOf(pool).attributePermissions);

function managedLoginOf({ pool, docsUrls }: Target): NonNullable<SeededPool['managedLogin']> {
  const client = pool.clients[PUBLIC_CLIENT];
  const declared = client?.type === 'people' ? client.managedLogin : undefined;
  const urls = [...docsUrls, ...COMMAND_CALLBACK_URLS];
  const { callbackUrls = [], logoutUrls = [], scopes, rotationGraceSeconds } = declared ?? {};
  return {
    callbackUrls: [...new Set([...callbackUrls, ...urls])],
    logoutUrls: [...new Set([...logoutUrls, ...urls])],
    ...(scopes && { scopes: [...scopes] }),
    ...(rotationGraceSeconds !== undefined && { rotationGraceSeconds }),
  };
}

/**
 * Returns the machine clients that were seeded so far. When a machine's scopes are declared anew its client gets them
 * and keeps id and secret; one that was deleted is not created again. The one client `PRODUCT-machine` of earlier versions becomes that of the pool's only machine.
 */
export async function seedMachines(target: Target, before: readonly SeededMachine[] = []): Promise<SeededMachine[]> {
  const { run, UserPoolId, product, name: poolName, pool, changes, log } = target;
  const declared = Object.entries(pool.clients).flatMap(([name, client]) =>
    client.type === 'machine' ? [{ name, scopes: [...client.scopes] }] : [],
  );
  const seeded = new Map(before.map((machine) => [machine.name, machine]));
  const { ClientIds: deleted } = await run(listDeletedClients, { UserPoolId });
  for (const { name, scopes } of declared) {
    const known = seeded.get(name);
    const clientNames = [`${product.name}-${name}`, ...(declared.length === 1 ? [`${product.name}-machine`] : [])];
    const found = await findClient(target, known?.clientId, clientNames);
    if (found === undefined && known && deleted.includes(known.clientId)) {
      log.info({ pool: poolName, machine: name }, 'the declared machine client was deleted: not created again');
      continue;
    }
    const settings = {
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: scopes,
      ExplicitAuthFlows: [],
    };
    if (found === undefined) changes.push(`created machine client ${name}`);
    else if (!isDeepStrictEqual(known?.scopes, scopes)) {
      await run(api.UpdateUserPoolClient, { UserPoolId, ClientId: found, ...common, ...settings });
      if (known) changes.push(`set the scopes of machine client ${name}`);
    }
    const clientId = found ?? (await createClient(target, clientNames[0], settings));
    seeded.set(name, { name, clientId, scopes });
  }
  return [...seeded.values()];
}

/** By id, or by the first name that a client has. */
async function findClient({ run, UserPoolId }: Target, clientId: string | undefined, clientNames: readonly string[]) {
  const { UserPoolClients } = await run(api.ListUserPoolClients, { UserPoolId, MaxResults: 60 });
  const byName = clientNames.map((name) => UserPoolClients.find(({ ClientName }) => ClientName === name));
  const found = [UserPoolClients.find(({ ClientId }) => ClientId === clientId), ...byName].find(Boolean);
  return found?.ClientId;
}

async function createClient({ run, UserPoolId }: Target, ClientName: string | undefined, settings: object) {
  const request = { UserPoolId, ClientName, GenerateSecret: true, ...common, ...settings };
  const { UserPoolClient } = await run(api.CreateUserPoolClient, request);
  return UserPoolClient.ClientId;
}
