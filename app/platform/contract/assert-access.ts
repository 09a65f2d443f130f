import { assertClaims } from './claim-declarations.js';
import { assertManagedLogin } from './managed-login.js';
import { PEOPLE_CLIENT, PUBLIC_CLIENT, type Access } from './pools.js';

/**
 * What the compiler can't see in `access.ts`, checked by the build, so that no cold start has to: clients' names, sign-in
 * options, claims, addresses. Throws an Error that says what to fix.
 */
export function assertAccess({ declarations, document }: Pick<Access, 'declarations' | 'document'>) {
  const pools = Object.entries(declarations);
  const machines = pools.flatMap(([, { machines: declared = {} }]) => Object.keys(declared));
  const twice = [PEOPLE_CLIENT, PUBLIC_CLIENT, ...machines].find((name, index, names) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two clients are named ${twice}: give the machine another name.`);
  for (const [name, pool] of pools) {
    const { signIn, managedLogin, scopes = {} } = pool;
    assertClaims(name, pool);
    if (signIn?.aliases?.length && signIn.usernames?.length) {
      throw new Error(
        `Pool ${name}: a pool has sign-in aliases, or addresses as usernames: remove signIn.aliases or signIn.usernames.`,
      );
    }
    const inFull = Object.keys(scopes).map((scope) => `${document[name]?.resourceServer}/${scope}`);
    if (managedLogin) assertManagedLogin(name, managedLogin, inFull);
  }
}
