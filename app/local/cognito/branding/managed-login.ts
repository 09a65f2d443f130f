import { randomUUID } from 'node:crypto';
import { clientOf, poolOf } from '../context.js';
import { CognitoError, invalidParameter, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { flag, json } from '../input/members.js';
import { isStructure, required, type Input } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import type { Branding } from '../state/administration.js';
import type { Pool } from '../state/state.js';
import { assets, checkAssets, mergeAssets } from './assets.js';

const style = { UseCognitoProvidedValues: flag, Settings: json, Assets: assets };
const identified = { UserPoolId: fields.poolId, ManagedLoginBrandingId: required(fields.uuid) };
const ofClient = { UserPoolId: fields.poolId, ClientId: fields.clientId };

/**
 * Styles of managed login, at most one a client.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateManagedLoginBranding.html
 */
export const managedLoginOperations = {
  CreateManagedLoginBranding: writes({ ...ofClient, ...style }, (context, { UserPoolId, ClientId, ...input }) => {
    const pool = poolOf(context, UserPoolId);
    const { id: clientId } = clientOf(pool, ClientId);
    checkStyle(input);
    if (brandingOfClient(pool, clientId))
      throw new CognitoError('ManagedLoginBrandingExistsException', `Client ${clientId} already has a style.`);
    const now = context.now();
    const branding = applied(
      { id: randomUUID(), clientId, usesCognitoValues: false, assets: [], createdAt: now, modifiedAt: now },
      input,
    );
    (pool.brandings ??= new Map<string, Branding>()).set(branding.id, branding);
    return { ManagedLoginBranding: describe(pool, branding) };
  }),

  /** Settings and assets that the request leaves out stay as they are. */
  UpdateManagedLoginBranding: writes({ ...identified, ...style }, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    const before = brandingOf(pool, input.ManagedLoginBrandingId);
    checkStyle(input);
    const branding = applied({ ...before, modifiedAt: context.now() }, input);
    pool.brandings?.set(branding.id, branding);
    return { ManagedLoginBranding: describe(pool, branding) };
  }),

  DeleteManagedLoginBranding: writes(identified, (context, { UserPoolId, ManagedLoginBrandingId }) => {
    const pool = poolOf(context, UserPoolId);
    pool.brandings?.delete(brandingOf(pool, ManagedLoginBrandingId).id);
    return {};
  }),

  DescribeManagedLoginBranding: reads(
    { ...identified, ReturnMergedResources: flag },
    (context, { UserPoolId, ManagedLoginBrandingId }) => {
      const pool = poolOf(context, UserPoolId);
      return { ManagedLoginBranding: describe(pool, brandingOf(pool, ManagedLoginBrandingId)) };
    },
  ),

  DescribeManagedLoginBrandingByClient: reads(
    { ...ofClient, ReturnMergedResources: flag },
    (context, { UserPoolId, ClientId }) => {
      const pool = poolOf(context, UserPoolId);
      const branding = brandingOfClient(pool, clientOf(pool, ClientId).id);
      if (!branding) throw notFound(`Client ${ClientId} has no style of managed login.`);
      return { ManagedLoginBranding: describe(pool, branding) };
    },
  ),
};

type Style = Input<typeof style>;

/** Throws InvalidParameterException. */
function checkStyle({ UseCognitoProvidedValues, Settings, Assets }: Style): void {
  if (UseCognitoProvidedValues === true && (Settings !== undefined || Assets !== undefined))
    throw invalidParameter('Settings and Assets must be left out where UseCognitoProvidedValues is true.');
  checkAssets(Assets);
}

function applied(before: Branding, { UseCognitoProvidedValues, Settings, Assets }: Style): Branding {
  const { settings, ...rest } = before;
  if (UseCognitoProvidedValues === true) return { ...rest, usesCognitoValues: true, assets: [] };
  const merged = merge(settings === undefined ? undefined : JSON.parse(settings), Settings);
  return {
    ...rest,
    usesCognitoValues: before.usesCognitoValues && UseCognitoProvidedValues === undefined && !Settings && !Assets,
    ...(merged !== undefined && { settings: JSON.stringify(merged) }),
    assets: mergeAssets(before.assets, Assets),
  };
}

/** Members of `given` replace those of `before`, structures member by member. */
function merge(before: unknown, given: unknown): unknown {
  if (given === undefined) return before;
  if (!isStructure(before) || !isStructure(given)) return given;
  const own = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries([
    ...own,
    ...Object.entries(given).map(([name, value]) => [name, merge(own.get(name), value)] as const),
  ]);
}

/** Throws ResourceNotFoundException. */
function brandingOf(pool: Pool, id: string): Branding {
  const found = pool.brandings?.get(id);
  if (!found) throw notFound(`Managed login branding ${id} does not exist.`);
  return found;
}

const brandingOfClient = (pool: Pool, id: string) =>
  [...(pool.brandings?.values() ?? [])].find(({ clientId }) => clientId === id);

const describe = (pool: Pool, branding: Branding) => ({
  ManagedLoginBrandingId: branding.id,
  UserPoolId: pool.id,
  UseCognitoProvidedValues: branding.usesCognitoValues,
  ...(branding.settings !== undefined && { Settings: JSON.parse(branding.settings) as object }),
  Assets: branding.assets,
  CreationDate: fields.date(branding.createdAt),
  LastModifiedDate: fields.date(branding.modifiedAt),
});
