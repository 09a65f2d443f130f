import { afterAll, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../../app/local/seed/target.js';
import type { AttributeDeclaration } from '../../../app/platform/contract/claim-declarations.js';
import { defineAccess } from '../../../app/platform/contract/pools.js';
import { claimsOf, expectRefusal } from '../emulator.js';
import { poolOf, signIn } from '../local-cognito.js';
import { newDirectory, removeDirectories } from '../local-directory.js';
import { declaration, regular } from './declaration.js';

afterAll(removeDirectories);

const withPool = (attributes: Readonly<Record<string, AttributeDeclaration>>, user = regular): Declaration => ({
  ...declaration,
  pools: defineAccess(declaration.product.name, { customers: { attributes } }).document,
  users: [user],
});
const tenant = { type: 'string', min: 1, max: 5 } as const;
const nickname = { type: 'string', selfService: true } as const;

describe('declared attributes', () => {
  test('are in the pool, in the ID token, and written by administrators unless they are self-service', async () => {
    const user = { ...regular, attributes: { 'custom:tenant': 'acme' } };
    const directory = await newDirectory();
    const { changes } = await directory.run(withPool({ tenant, nickname }, user), async (local, sdk) => {
      const tokens = await signIn(local, 'customers', 'regular');
      expect(claimsOf(tokens?.IdToken)).toHaveProperty(['custom:tenant'], 'acme');
      const AccessToken = tokens?.AccessToken;
      const write = (Name: string) => sdk.updateUserAttributes({ AccessToken, UserAttributes: [{ Name, Value: 'x' }] });
      await expectRefusal(write('custom:tenant'), 'NotAuthorizedException', 'unauthorized attribute');
      await expect(write('custom:nickname')).resolves.toBeDefined();
      const { userPoolId: UserPoolId } = poolOf(local, 'customers');
      const tooLong = [{ Name: 'custom:tenant', Value: 'longer' }];
      await expectRefusal(
        sdk.adminUpdateUserAttributes({ UserPoolId, Username: 'regular', UserAttributes: tooLong }),
        'InvalidParameterException',
        'no longer than 5 characters',
      );
    });
    expect(changes['customers']).toEqual(
      expect.arrayContaining(['created attribute custom:tenant', 'created attribute custom:nickname']),
    );
  });

  test('that are declared later come into the pool that exists, with the permissions of its clients', async () => {
    const directory = await newDirectory();
    await directory.run(withPool({}));
    const declared = withPool({ tenant });
    const { changes } = await directory.run(declared, async (local, sdk) => {
      const { userPoolId: UserPoolId, clientId, publicClientId } = poolOf(local, 'customers');
      for (const ClientId of [clientId, publicClientId]) {
        const { UserPoolClient } = await sdk.describeUserPoolClient({ UserPoolId, ClientId });
        expect(UserPoolClient?.ReadAttributes).toContain('custom:tenant');
        expect(UserPoolClient?.WriteAttributes).not.toContain('custom:tenant');
      }
    });
    expect(changes).toEqual({
      customers: ['created attribute custom:tenant', "set the clients' permissions of attributes"],
    });
    expect((await directory.run(declared)).changes).toEqual({});
  });
});
