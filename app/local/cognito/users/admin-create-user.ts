import { deliver } from '../accounts/delivery.js';
import { readAttributes } from '../attributes/values.js';
import { poolOf } from '../context.js';
import * as fields from '../input/fields.js';
import { flag, list, oneOf } from '../input/members.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';
import type { User } from '../state/state.js';
import { beforeSignUp } from '../triggers/sign-up-triggers.js';
import { userOf } from './directory.js';
import { checkPolicy, randomPassword } from './passwords.js';
import { checkInvited, describeUser, newUser, setPassword, writeAttributes } from './user.js';

/**
 * Creates a user with a temporary password, which is sent unless MessageAction is SUPPRESS; RESEND replaces the temporary
 * password of a user who exists. Required attributes may be missing: the user gives them at the first sign-in.
 */
export const adminCreateUser = writes(
  {
    UserPoolId: fields.poolId,
    Username: fields.username,
    TemporaryPassword: fields.password,
    UserAttributes: list(required(fields.attribute)),
    MessageAction: oneOf('RESEND', 'SUPPRESS'),
    ForceAliasCreation: flag,
    DesiredDeliveryMediums: list(required(oneOf('SMS', 'EMAIL')), 2),
    ValidationData: fields.validationData,
    ClientMetadata: fields.clientMetadata,
  },
  async (context, input) => {
    const { Username: name, TemporaryPassword, UserAttributes = [], MessageAction, DesiredDeliveryMediums } = input;
    const pool = poolOf(context, input.UserPoolId);
    const attributes = readAttributes(pool, UserAttributes);
    const password = TemporaryPassword ?? randomPassword(pool.passwordPolicy);
    checkPolicy(pool.passwordPolicy, password);
    const hashed = await context.passwords.hash(password);
    const create = async () => {
      // Such a user is never confirmed at once: the password is a temporary one.
      const decision = await beforeSignUp(context, pool, undefined, name, attributes);
      const newcomer = { name, attributes: decision.attributes, password: hashed };
      const takesAliases = input.ForceAliasCreation === true;
      return newUser(context, pool, { ...newcomer, takesAliases }, 'User account already exists');
    };
    const user = MessageAction === 'RESEND' ? checkInvited(userOf(pool, name)) : await create();
    setPassword(context, pool, user, hashed, false);
    if (MessageAction !== 'SUPPRESS')
      await deliver(context, pool, user, {
        kind: 'AdminCreateUser',
        code: password,
        to: invitationAddress(user, DesiredDeliveryMediums ?? []),
      });
    return { User: { ...describeUser(user), Attributes: writeAttributes(user) } };
  },
);

/** The first desired medium for which the user has an address, or else any. */
export function invitationAddress({ attributes }: User, mediums: readonly ('SMS' | 'EMAIL')[]): string | undefined {
  const wanted = mediums.map((medium) => attributes.get(medium === 'EMAIL' ? 'email' : 'phone_number'));
  return wanted.find(Boolean) ?? attributes.get('email') ?? attributes.get('phone_number');
}
