import { poolOf } from '../context.js';
import * as fields from '../input/fields.js';
import { reads, writes } from '../operation.js';
import { bearer } from '../sign-in/bearer.js';
import type { Pool, User } from '../state/state.js';
import { userOf } from '../users/directory.js';
import { checkConfirmed, verifiedAddress } from '../users/user.js';
import { mfaSettings } from './factors.js';

const ofUser = { UserPoolId: fields.poolId, Username: fields.username };

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html */
export const authFactorOperations = {
  GetUserAuthFactors: reads({ AccessToken: fields.token }, async (context, { AccessToken }) => {
    const { pool, user } = await bearer(context, AccessToken);
    return describe(pool, user);
  }),

  AdminGetUserAuthFactors: reads(ofUser, (context, { UserPoolId, Username }) => {
    const pool = poolOf(context, UserPoolId);
    return describe(pool, userOf(pool, Username));
  }),

  /** The user may register another one. Throws UserNotConfirmedException. */
  AdminDeleteSoftwareToken: writes(ofUser, (context, { UserPoolId, Username }) => {
    const user = userOf(poolOf(context, UserPoolId), Username);
    checkConfirmed(user);
    const { enabled = [], preferred } = user.mfa ?? {};
    user.mfa = {
      enabled: enabled.filter((factor) => factor !== 'SOFTWARE_TOKEN_MFA'),
      ...(preferred !== undefined && preferred !== 'SOFTWARE_TOKEN_MFA' && { preferred }),
    };
    user.modifiedAt = context.now();
    return {};
  }),
};

/** The first factors that the pool permits and that the user has: a password, a verified e-mail address. */
const firstFactorsOf = ({ firstFactors }: Pool, user: User) =>
  firstFactors.filter((factor) =>
    factor === 'PASSWORD' ? user.passwordHash !== '' : verifiedAddress(user, 'email') !== undefined,
  );

const describe = (pool: Pool, user: User) => ({
  Username: user.username,
  ...mfaSettings(user),
  ConfiguredUserAuthFactors: firstFactorsOf(pool, user),
});
