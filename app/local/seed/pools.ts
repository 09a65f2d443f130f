import type { AttributeDeclaration } from '../../platform/contract/claim-declarations.js';
import type { PoolDocument } from '../../platform/contract/pools.js';
import type { Product } from '../../platform/contract/product.js';
import { orUndefined } from '../cognito/errors.js';
import { api } from '../cognito/operations.js';
import type { SeedOptions, Target } from './target.js';

/** The policy of Terraform's pools, unless tfvars change it. */
const PasswordPolicy = {
  MinimumLength: 8,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  RequireUppercase: false,
};

/** The PoolName of a declared pool. */
export const poolNameOf = (product: Product, name: string) => `${product.name}-${name}`;

/** Adds the declared attributes that the pool lacks; those that it has can't be changed, in Cognito either. */
export async function seedAttributes({ run, UserPoolId, pool, changes }: Target): Promise<void> {
  const { UserPool } = await run(api.DescribeUserPool, { UserPoolId });
  const existing = new Set(UserPool.SchemaAttributes.map(({ Name }) => Name));
  const missing = Object.entries(pool.attributes).filter(([name]) => !existing.has(`custom:${name}`));
  if (missing.length === 0) return;
  await run(api.AddCustomAttributes, { UserPoolId, CustomAttributes: missing.map(schemaAttribute) });
  changes.push(...missing.map(([name]) => `created attribute custom:${name}`));
}

const TYPES = { string: 'String', number: 'Number', boolean: 'Boolean' } as const;

function schemaAttribute([Name, { type, mutable = true, min, max }]: [string, AttributeDeclaration]) {
  return {
    Name,
    AttributeDataType: TYPES[type],
    Mutable: mutable,
    ...(type === 'string' && {
      StringAttributeConstraints: { MinLength: min?.toString(), MaxLength: max?.toString() },
    }),
    ...(type === 'number' && { NumberAttributeConstraints: { MinValue: min?.toString(), MaxValue: max?.toString() } }),
  };
}

/** The id of the pool `PRODUCT-NAME`, which is created unless an interrupted run has created it. */
export async function createPool({ run, product }: SeedOptions, name: string, pool: PoolDocument, changes: string[]) {
  const PoolName = poolNameOf(product, name);
  const { UserPools } = await run(api.ListUserPools, { MaxResults: 60 });
  const found = UserPools.find(({ Name }) => Name === PoolName);
  if (found) return found.Id;
  const { UserPool } = await run(api.CreateUserPool, {
    PoolName,
    Policies: { PasswordPolicy },
    AliasAttributes: pool.signIn.aliases,
    UsernameAttributes: pool.signIn.usernames,
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: !pool.signIn.selfRegistration },
  });
  changes.push(`created pool ${name}`);
  return UserPool.Id;
}

/** Returns the groups that were seeded so far. */
export async function seedGroups({ run, UserPoolId, pool, changes }: Target, before: readonly string[] = []) {
  const fresh = Object.entries(pool.groups).filter(([name]) => !before.includes(name));
  for (const [GroupName, Description] of fresh) {
    const creating = run(api.CreateGroup, { UserPoolId, GroupName, Description });
    if (await orUndefined(creating, 'GroupExistsException')) changes.push(`created group ${GroupName}`);
  }
  return [...before, ...fresh.map(([name]) => name)];
}

/** Returns the scopes that were seeded so far, in full. */
export async function seedScopes({ run, UserPoolId, pool, changes }: Target, before: readonly string[] = []) {
  const Identifier = pool.resourceServer;
  const full = (name: string) => `${Identifier}/${name}`;
  const fresh = Object.entries(pool.scopes).filter(([name]) => !before.includes(full(name)));
  if (fresh.length === 0) return [...before];

  const describing = run(api.DescribeResourceServer, { UserPoolId, Identifier });
  const server = (await orUndefined(describing, 'ResourceNotFoundException'))?.ResourceServer;
  const existing = server?.Scopes ?? [];
  const missing = fresh
    .filter(([name]) => existing.every(({ ScopeName }) => ScopeName !== name))
    .map(([ScopeName, ScopeDescription]) => ({ ScopeName, ScopeDescription }));
  const operation = server ? api.UpdateResourceServer : api.CreateResourceServer;
  await run(operation, { UserPoolId, Identifier, Name: server?.Name ?? Identifier, Scopes: [...existing, ...missing] });
  changes.push(...missing.map(({ ScopeName }) => `created scope ${full(ScopeName)}`));
  return [...before, ...fresh.map(([name]) => full(name))];
}
