import { randomBytes } from 'node:crypto';
import { product } from '../../api/product.js';
import type { PoolDocument } from '../../platform/contract/pools.js';
import type { Cognito } from '../aws/clients.js';
import { Failure } from '../failure.js';
import type { Abandoned } from './journal.js';

/** What the names of everything temporary begin with: `prove-RUN-NAME`; a pool's is `PRODUCT-prove-RUN`. */
const PREFIX = 'prove-';
const OF_RUN = /^prove-([0-9a-z]{8,9}-[0-9a-f]{8})-/;
const PAGE = 60;

/** Of people whose user name is an address: nothing is ever sent there (RFC 2606). */
const DOMAIN = 'prove.invalid';

export interface TemporaryPerson {
  readonly username: string;
  readonly password: string;
}

/** Users, groups and clients of one run, in the API's pools and in one of the run's own. */
export class Temporary {
  readonly #cognito: Cognito;
  readonly runId: string;

  constructor(cognito: Cognito, runId: string) {
    this.#cognito = cognito;
    this.runId = runId;
  }

  #name(name: string): string {
    return `${PREFIX}${this.runId}-${name}`;
  }

  /** A person who may sign in at once. */
  async addPerson(
    UserPoolId: string,
    name: string,
    {
      groups,
      attributes,
      signIn,
    }: { groups: readonly string[]; attributes: Record<string, string> } & Pick<PoolDocument, 'signIn'>,
  ): Promise<TemporaryPerson> {
    const { sdk, client } = this.#cognito;
    const Username = signIn.usernames?.includes('email') ? `${this.#name(name)}@${DOMAIN}` : this.#name(name);
    const password = newPassword();
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name: `custom:${Name}`, Value }));
    await client.send(
      new sdk.AdminCreateUserCommand({
        UserPoolId,
        Username,
        UserAttributes,
        MessageAction: 'SUPPRESS',
      }),
    );
    await setPassword(this.#cognito, { UserPoolId, Username, password });
    for (const GroupName of groups) {
      await client.send(new sdk.AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
    }
    return { username: Username, password };
  }

  /** A group that no rule names; its name. */
  async addGroup(UserPoolId: string): Promise<string> {
    const { sdk, client } = this.#cognito;
    const GroupName = this.#name('group');
    await client.send(new sdk.CreateGroupCommand({ UserPoolId, GroupName }));
    return GroupName;
  }

  /** A client without a secret that people sign in through with a password; its id. */
  async addClient(UserPoolId: string): Promise<string> {
    const { sdk, client } = this.#cognito;
    const { UserPoolClient } = await client.send(
      new sdk.CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: this.#name('client'),
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      }),
    );
    return UserPoolClient?.ClientId ?? '';
  }

  /** Another pool, with groups; its id. */
  async addPool(groups: readonly string[]): Promise<string> {
    const { sdk, client } = this.#cognito;
    const { UserPool } = await client.send(new sdk.CreateUserPoolCommand({ PoolName: `${POOL_PREFIX}${this.runId}` }));
    const UserPoolId = UserPool?.Id ?? '';
    for (const GroupName of groups) await client.send(new sdk.CreateGroupCommand({ UserPoolId, GroupName }));
    return UserPoolId;
  }
}

const POOL_PREFIX = `${product.name}-${PREFIX}`;

/** One that meets any policy of Cognito's; it is told to nobody. */
export const newPassword = () => `Aa1!${randomBytes(24).toString('base64url')}`;

export async function setPassword(
  { sdk, client }: Cognito,
  { UserPoolId, Username, password }: { UserPoolId: string; Username: string; password: string },
): Promise<void> {
  await client.send(new sdk.AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }));
}

/** Removes what runs made, by the names alone: what a call made whose answer never came is found as well. */
export async function removeTemporary(
  { sdk, client }: Cognito,
  pools: readonly { userPoolId: string; signIn: PoolDocument['signIn'] }[],
  isRemoved: Pick<Abandoned, 'has'>,
): Promise<number> {
  let count = 0;
  const ofRun = (name = '') => isRemoved.has(OF_RUN.exec(name)?.[1] ?? '');

  for (const { userPoolId: UserPoolId, signIn } of pools) {
    const attribute = signIn.usernames?.includes('email') ? 'email' : 'username';
    const Filter = `${attribute} ^= "${PREFIX}"`;
    const users: string[] = [];
    for await (const { Users = [] } of sdk.paginateListUsers({ client }, { UserPoolId, Filter })) {
      for (const { Username = '', Attributes = [] } of Users) {
        const name = attribute === 'email' ? Attributes.find(({ Name }) => Name === 'email')?.Value : Username;
        if (ofRun(name)) users.push(Username);
      }
    }
    for (const Username of users) await client.send(new sdk.AdminDeleteUserCommand({ UserPoolId, Username }));

    const groups: string[] = [];
    for await (const { Groups = [] } of sdk.paginateListGroups({ client }, { UserPoolId })) {
      groups.push(...Groups.flatMap(({ GroupName }) => (GroupName !== undefined && ofRun(GroupName) ? GroupName : [])));
    }
    for (const GroupName of groups) await client.send(new sdk.DeleteGroupCommand({ UserPoolId, GroupName }));

    const clients: string[] = [];
    const list = { UserPoolId, MaxResults: PAGE };
    for await (const { UserPoolClients = [] } of sdk.paginateListUserPoolClients({ client }, list)) {
      clients.push(
        ...UserPoolClients.flatMap(({ ClientName, ClientId }) => (ClientId && ofRun(ClientName) ? ClientId : [])),
      );
    }
    for (const ClientId of clients) await client.send(new sdk.DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
    count += users.length + groups.length + clients.length;
  }

  const own = await poolsOfRuns(sdk, client, isRemoved);
  for (const UserPoolId of own) await client.send(new sdk.DeleteUserPoolCommand({ UserPoolId }));
  return count + own.length;
}

/** None where the operator may not list pools: then there are no pools of runs either. */
async function poolsOfRuns(
  sdk: Cognito['sdk'],
  client: Cognito['client'],
  isRemoved: Pick<Abandoned, 'has'>,
): Promise<string[]> {
  const isOfRun = (name = '') => name.startsWith(POOL_PREFIX) && isRemoved.has(name.slice(POOL_PREFIX.length));
  const ids: string[] = [];
  try {
    for await (const { UserPools = [] } of sdk.paginateListUserPools({ client }, { MaxResults: PAGE })) {
      ids.push(...UserPools.flatMap(({ Id, Name }) => (Id !== undefined && isOfRun(Name) ? Id : [])));
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'aws_credentials_refused') throw error;
  }
  return ids;
}

/** Calls a second at most: the least of Cognito's quotas for administrative calls is 15 in an account and Region. */
const CALLS_A_SECOND = 10;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
export function pace({ client }: Cognito): void {
  let next = 0;
  client.middlewareStack.add(
    (send) => async (args) => {
      const now = Date.now();
      const at = Math.max(now, next);
      next = at + 1000 / CALLS_A_SECOND;
      if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
      return send(args);
    },
    { step: 'initialize', name: 'pace' },
  );
}
