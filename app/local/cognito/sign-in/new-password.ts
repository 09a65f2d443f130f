import { changeAttributes } from '../accounts/attribute-changes.js';
import { checkWritable, missingAttributes } from '../attributes/permissions.js';
import { readAttributes } from '../attributes/values.js';
import { CognitoError, invalidParameter } from '../errors.js';
import { takeParameter, type Parameters } from '../input/members.js';
import { userBySub } from '../users/directory.js';
import { checkPolicy } from '../users/passwords.js';
import { setPassword } from '../users/user.js';
import { closeChallenge } from './challenges.js';
import type { Answer } from './flow.js';
import { continueSignIn } from './next-step.js';

/** NEW_PASSWORD_REQUIRED: checks the policy, and a refused password leaves the challenge's session valid. */
export const answerNewPassword: Answer = async ({ context, pool, client, user, responses, session }) => {
  const password = takeParameter(responses, 'NEW_PASSWORD');
  checkPolicy(pool.passwordPolicy, password);
  const attributes = readAttributes(pool, attributesIn(responses));
  checkWritable(pool, client, attributes.keys());
  const [missing] = missingAttributes(pool, new Map([...user.attributes, ...attributes]));
  if (missing !== undefined) throw invalidParameter(`Invalid attributes given, ${missing} is missing`);

  closeChallenge(pool, session);
  const hashed = await context.passwords.hash(password);
  if (userBySub(pool, user.sub) !== user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  await changeAttributes(context, pool, user, attributes);
  setPassword(context, pool, user, hashed, true);
  return continueSignIn(context, pool, client, user, 'TokenGeneration_NewPasswordChallenge');
};

const PREFIX = 'userAttributes.';

/** The attributes among the responses: `userAttributes.NAME`. */
function attributesIn(responses: Parameters): { Name: string; Value: string }[] {
  return [...responses]
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, Value]) => ({ Name: key.slice(PREFIX.length), Value }));
}
