import { flag, integer, list, oneOf, stored, structure } from '../input/members.js';
import { required } from '../input/shape.js';

export const address = oneOf('email', 'phone_number');

/** The settings of a pool that say how accounts come to be and how they are recovered. */
export const accountSettingsShape = {
  AccountRecoverySetting: structure({
    RecoveryMechanisms: list(
      required(
        structure({
          Priority: required(integer(1, 2)),
          Name: required(oneOf('verified_email', 'verified_phone_number', 'admin_only')),
        }),
      ),
      2,
    ),
  }),
  AdminCreateUserConfig: structure({
    AllowAdminCreateUserOnly: flag,
    UnusedAccountValidityDays: integer(0, 365),
    InviteMessageTemplate: stored,
  }),
  AutoVerifiedAttributes: list(required(address), 2),
  UserAttributeUpdateSettings: structure({ AttributesRequireVerificationBeforeUpdate: list(required(address), 2) }),
};
