import { checkMutable, missingAttributes, requiredMissing } from '../attributes/permissions.js';
import { readAttributes } from '../attributes/values.js';
import type { Context } from '../context.js';
import type { Address, Code, Pool, User } from '../state/state.js';
import { aliasExists, claimAliases, takenAddress } from '../users/directory.js';
import { sendCode } from './codes.js';
import { keepsOldValue, verifiedByCode } from './settings.js';

const ADDRESSES: readonly Address[] = ['email', 'phone_number'];

/**
 * Changes attributes of a user, an empty value deleting one, and sends a code to each new address that the pool
 * verifies. A new address is unverified, or waits for its code where the pool says so, unless `_verified` comes with it.
 * Returns CodeDeliveryDetails. Throws InvalidParameterException and AliasExistsException, and nothing has changed then.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html
 */
export async function changeAttributes(context: Context, pool: Pool, user: User, changes: ReadonlyMap<string, string>) {
  checkMutable(pool, changes.keys());
  const changed = ADDRESSES.filter((name) => changes.has(name) && changes.get(name) !== user.attributes.get(name));
  const waiting = new Set(changed.filter((name) => changes.get(name) && waits(pool, name, changes)));
  const attributes = new Map([...user.attributes, ...changes]);
  for (const name of changed) {
    if (waiting.has(name)) for (const kept of [name, `${name}_verified`]) restore(attributes, kept, user);
    else attributes.set(`${name}_verified`, changes.get(`${name}_verified`) ?? 'false');
  }
  const missing = missingAttributes(pool, attributes).filter((name) => changes.has(name));
  if (missing.length > 0) throw requiredMissing(missing);
  replaceAttributes(pool, user, attributes);
  user.modifiedAt = context.now();

  for (const name of changed) forgetCodes(user, name);
  const codes = verifiedByCode(pool)
    .filter((name) => changed.includes(name) && changes.get(`${name}_verified`) !== 'true')
    .flatMap((attribute) => {
      const destination = changes.get(attribute);
      return destination
        ? [sendCode(context, pool, user, { purpose: attribute, kind: 'UpdateUserAttribute', attribute, destination })]
        : [];
    });
  return Promise.all(codes);
}

/** Sets the address that a code has proved, and that it is verified. Throws AliasExistsException. */
export function verifyAddress(
  pool: Pool,
  user: User,
  { attribute, destination }: Pick<Code, 'attribute' | 'destination'>,
  takesAliases = false,
): void {
  const proved = [
    [attribute, destination],
    [`${attribute}_verified`, 'true'],
  ] as const;
  replaceAttributes(pool, user, new Map([...user.attributes, ...proved]), takesAliases);
}

/** Deletes attributes, and what is known of an address with it. Throws InvalidParameterException for a required one. */
export async function deleteAttributes(context: Context, pool: Pool, user: User, names: readonly string[]) {
  await changeAttributes(
    context,
    pool,
    user,
    readAttributes(
      pool,
      names.map((Name) => ({ Name })),
    ),
  );
}

/** Whether the new address needs a code before it replaces the old one. */
const waits = (pool: Pool, name: Address, changes: ReadonlyMap<string, string>) =>
  keepsOldValue(pool, name) && verifiedByCode(pool).includes(name) && changes.get(`${name}_verified`) !== 'true';

function restore(attributes: Map<string, string>, name: string, user: User): void {
  const value = user.attributes.get(name);
  if (value === undefined) attributes.delete(name);
  else attributes.set(name, value);
}

function replaceAttributes(pool: Pool, user: User, attributes: Map<string, string>, takesAliases = false): void {
  for (const [name, value] of attributes) if (value === '') attributes.delete(name);
  for (const name of ADDRESSES) if (!attributes.has(name)) attributes.delete(`${name}_verified`);
  const taken = takenAddress(pool, user, attributes);
  if (taken) throw aliasExists(taken);
  claimAliases(pool, user, { attributes, takes: takesAliases });
  user.attributes = attributes;
}

/** A code that was sent to an earlier address proves nothing about the new one. */
function forgetCodes({ codes }: User, name: Address): void {
  for (const [purpose, { attribute }] of codes ?? []) if (attribute === name) codes?.delete(purpose);
}
