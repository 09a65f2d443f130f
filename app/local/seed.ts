import { CognitoError, type ErrorType } from './cognito/errors.js';
import { api } from './cognito/operations.js';
import type { Run } from './cognito/service.js';
import { readIfThere, writeDurably } from './durable-file.js';
import { StartError } from '../platform/config/start-error.js';

/** A seeded pool, by its ids. */
export interface SeededPool {
  userPoolId: string;
  clientId: string;
  /** A client for client credentials. */
  machineClientId?: string;
}

interface Plan {
  username: string;
  group?: string;
  machine?: { resourceServer: string; scope: string };
}

const PLANS: Readonly<Record<string, Plan>> = {
  customers: { username: 'regular' },
  staff: { username: 'chef', group: 'chefs', machine: { resourceServer: 'pizza-api', scope: 'pizzas.write' } },
};
/** On the loopback stand-in alone. */
const PASSWORD = 'Passw0rd!';
const POLICY = {
  MinimumLength: 8,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  RequireUppercase: false,
};

/**
 * Makes the local pools and people, once, and leaves each person's password in `NAME.password` (mode 0600), so that one
 * can sign in without typing it: `seeded.json` remembers that it is done, so that what is changed or deleted
 * later stays so. Seeding that was interrupted goes on where it stopped. Throws StartError when `seeded.json` is damaged.
 */
export async function seed(run: Run, dir: string): Promise<Record<string, SeededPool>> {
  const path = `${dir}/seeded.json`;
  const known = await readSeeded(path);
  if (known && (await stillThere(run, known))) return known;
  const pools = Object.fromEntries(
    await Promise.all(
      Object.entries(PLANS).map(async ([name, plan]) => [name, await seedPool(run, dir, name, plan)] as const),
    ),
  );
  await writeDurably(path, `${JSON.stringify(pools)}\n`);
  return pools;
}

async function seedPool(run: Run, dir: string, name: string, { username, group, machine }: Plan): Promise<SeededPool> {
  const UserPoolId = await ensurePool(run, `pizza-api-${name}`);
  const clientId = await ensureClient(run, UserPoolId, 'pizza-api-client', {
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  const person = { UserPoolId, Username: username };
  await unless('UsernameExistsException', run(api.AdminCreateUser, { ...person, MessageAction: 'SUPPRESS' }));
  await run(api.AdminSetUserPassword, { ...person, Password: PASSWORD, Permanent: true });
  await writeDurably(`${dir}/${username}.password`, `${PASSWORD}\n`);
  if (group !== undefined) {
    await unless('GroupExistsException', run(api.CreateGroup, { UserPoolId, GroupName: group }));
    await run(api.AdminAddUserToGroup, { ...person, GroupName: group });
  }
  if (!machine) return { userPoolId: UserPoolId, clientId };

  const { resourceServer: Identifier, scope: ScopeName } = machine;
  const Scopes = [{ ScopeName, ScopeDescription: `${ScopeName} of ${Identifier}` }];
  await unless(
    'InvalidParameterException',
    run(api.CreateResourceServer, { UserPoolId, Identifier, Name: Identifier, Scopes }),
  );
  const machineClientId = await ensureClient(run, UserPoolId, 'pizza-api-machine', {
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: [`${Identifier}/${ScopeName}`],
  });
  return { userPoolId: UserPoolId, clientId, machineClientId };
}

async function ensurePool(run: Run, PoolName: string): Promise<string> {
  const { UserPools } = await run(api.ListUserPools, { MaxResults: 60 });
  const found = UserPools.find(({ Name }) => Name === PoolName);
  if (found) return found.Id;
  const made = await run(api.CreateUserPool, { PoolName, Policies: { PasswordPolicy: POLICY } });
  return made.UserPool.Id;
}

async function ensureClient(run: Run, UserPoolId: string, ClientName: string, settings: object): Promise<string> {
  const { UserPoolClients } = await run(api.ListUserPoolClients, { UserPoolId, MaxResults: 60 });
  const found = UserPoolClients.find((client) => client.ClientName === ClientName);
  if (found) return found.ClientId;
  const made = await run(api.CreateUserPoolClient, {
    UserPoolId,
    ClientName,
    GenerateSecret: true,
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
    ...settings,
  });
  return made.UserPoolClient.ClientId;
}

/** Waits for `work`; that it was done before is no failure. */
async function unless(type: ErrorType, work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof CognitoError && error.type === type)) throw error;
  });
}

/** Whether the pools are in the state: it may have been moved away. */
async function stillThere(run: Run, pools: Record<string, SeededPool>): Promise<boolean> {
  const found = await Promise.allSettled(
    Object.values(pools).map(({ userPoolId }) => run(api.DescribeUserPool, { UserPoolId: userPoolId })),
  );
  return found.every(({ status }) => status === 'fulfilled');
}

async function readSeeded(path: string): Promise<Record<string, SeededPool> | undefined> {
  const written = await readIfThere(path);
  if (written === undefined) return undefined;
  const seeded = parse(written);
  if (seeded && Object.keys(PLANS).every((name) => seeded[name]?.userPoolId !== undefined)) return seeded;
  throw new StartError(`${path} is damaged. Move it away: it is made anew from the pools that exist.`);
}

function parse(written: string): Record<string, SeededPool> | undefined {
  try {
    const seeded: Record<string, SeededPool> | undefined = JSON.parse(written);
    return seeded;
  } catch {
    return undefined;
  }
}
