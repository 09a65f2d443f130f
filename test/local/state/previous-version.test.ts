import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { startCognito } from '../../../app/local/cognito/server.js';
import { declaration, extended, PASSWORD } from '../seed/declaration.js';
import { claimsOf, connect, expectRefusal } from '../emulator.js';
import { fastCrypto } from '../fast-crypto.js';
import { groupsOf, machineToken, poolOf, signIn } from '../local-cognito.js';
import { newDirectory, removeDirectories } from '../local-directory.js';
import { removeFromState } from './older-state.js';
import { signInBySrp } from '../sign-in/srp-client.js';

afterAll(removeDirectories);

describe('a directory of the previous version', () => {
  /** What the previous version left: pools, one client for people, one for machines, and ids alone in seeded.json. */
  async function previousDirectory() {
    const directory = await newDirectory();
    const server = await startCognito({
      dir: directory.path,
      port: 0,
      region: 'us-east-1',
      log: pino({ level: 'silent' }),
      ...fastCrypto(),
    });
    const sdk = connect(server.endpoint);
    const GenerateSecret = true;
    const seeded: Record<string, Record<string, string | undefined>> = {};
    for (const [name, Username] of [
      ['customers', 'regular'],
      ['staff', 'chef'],
    ] as const) {
      const { UserPool } = await sdk.createUserPool({
        PoolName: `fixture-api-${name}`,
        Policies: { PasswordPolicy: { MinimumLength: 8, RequireUppercase: false } },
      });
      const UserPoolId = UserPool?.Id;
      const { UserPoolClient: people } = await sdk.createUserPoolClient({
        UserPoolId,
        ClientName: 'fixture-api-client',
        GenerateSecret,
        PreventUserExistenceErrors: 'ENABLED',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      });
      seeded[name] = { userPoolId: UserPoolId, clientId: people?.ClientId };
      await sdk.adminCreateUser({ UserPoolId, Username });
      await sdk.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true });
      await writeFile(join(directory.path, `${Username}.password`), `${PASSWORD}\n`);
    }
    const { userPoolId: UserPoolId } = seeded['staff'] ?? {};
    await sdk.createGroup({ UserPoolId, GroupName: 'chefs' });
    await sdk.adminAddUserToGroup({ UserPoolId, Username: 'chef', GroupName: 'chefs' });
    await sdk.createResourceServer({
      UserPoolId,
      Identifier: 'fixture-api',
      Name: 'fixture-api',
      Scopes: [{ ScopeName: 'items.write', ScopeDescription: 'items.write of fixture-api' }],
    });
    const { UserPoolClient: machine } = await sdk.createUserPoolClient({
      UserPoolId,
      ClientName: 'fixture-api-machine',
      GenerateSecret,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['fixture-api/items.write'],
    });
    seeded['staff'] = { ...seeded['staff'], machineClientId: machine?.ClientId };
    await writeFile(join(directory.path, 'seeded.json'), `${JSON.stringify(seeded)}\n`);
    const close = async () => {
      sdk.destroy();
      await server.close();
    };
    return { directory, seeded, sdk, close };
  }

  test('is used on: pools, clients, users and passwords stay, and its machine client is the declared machine’s', async () => {
    const { directory, seeded, close } = await previousDirectory();
    await close();
    const local = await directory.run(declaration, async (running) => {
      expect(await groupsOf(running, 'staff', 'chef')).toStrictEqual(['chefs']);
      expect(claimsOf(await machineToken(running, 'kitchen'))).toHaveProperty('scope', 'fixture-api/items.write');
    });
    for (const [name, { userPoolId, clientId }] of Object.entries(local.pools))
      expect({ userPoolId, clientId }).toMatchObject({
        userPoolId: seeded[name]?.['userPoolId'],
        clientId: seeded[name]?.['clientId'],
      });
    expect(local.machines['kitchen']?.clientId).toBe(seeded['staff']?.['machineClientId']);
    for (const pool of ['customers', 'staff']) expect(local.changes[pool]).toStrictEqual(['created the public client']);
    await directory.run(declaration);
    expect(directory.logged()).toStrictEqual([]);
  });

  test('lets its users sign in by SRP, of whose passwords it stored no verifiers', async () => {
    const { directory, close } = await previousDirectory();
    await close();
    await removeFromState(directory.path, ['srp']);
    await directory.run(declaration, async (local, sdk) => {
      const { userPoolId: UserPoolId, publicClientId: ClientId } = poolOf(local, 'staff');
      await expect(signInBySrp({ sdk, UserPoolId, ClientId }, 'chef')).resolves.toHaveProperty('AuthenticationResult');
    });
  });

  test('keeps a changed password, whose user signs in by SRP after one sign-in with it', async () => {
    const { directory, seeded, sdk, close } = await previousDirectory();
    const UserPoolId = seeded['customers']?.['userPoolId'] ?? '';
    const password = 'An0ther-password';
    await sdk.adminSetUserPassword({ UserPoolId, Username: 'regular', Password: password, Permanent: true });
    await close();
    await removeFromState(directory.path, ['srp']);
    await directory.run(declaration, async (local, again) => {
      const app = { sdk: again, UserPoolId, ClientId: poolOf(local, 'customers').publicClientId };
      await expectRefusal(signInBySrp(app, 'regular', { password }), 'PasswordResetRequiredException', 'SRP verifier');
      await signIn(local, 'customers', 'regular', password);
      await expect(signInBySrp(app, 'regular', { password })).resolves.toHaveProperty('AuthenticationResult');
    });
  });

  test('keeps its deleted user deleted, and its user out of a group', async () => {
    const { directory, seeded, sdk, close } = await previousDirectory();
    await sdk.adminDeleteUser({ UserPoolId: seeded['customers']?.['userPoolId'], Username: 'regular' });
    const membership = { UserPoolId: seeded['staff']?.['userPoolId'], Username: 'chef', GroupName: 'chefs' };
    await sdk.adminRemoveUserFromGroup(membership);
    await close();
    await directory.run(extended, async (local) => {
      await expectRefusal(signIn(local, 'customers', 'regular'), 'NotAuthorizedException');
      expect(await groupsOf(local, 'staff', 'chef')).toStrictEqual(['waiters']);
      await expect(signIn(local, 'couriers', 'courier')).resolves.toHaveProperty('IdToken');
    });
  });
});
