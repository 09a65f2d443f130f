import { CognitoError } from '../errors.js';
import { takeParameter, type Parameters } from '../input/members.js';
import { userBySub } from '../users/directory.js';
import { checkPolicy } from '../users/passwords.js';
import { readAttributes, setPassword } from '../users/user.js';
import { closeChallenge } from './challenges.js';
import type { Answer } from './flow.js';
import { continueSignIn } from './next-step.js';

/** NEW_PASSWORD_REQUIRED: checks the policy, and a refused password leaves the challenge's session valid. */
export const answerNewPassword: Answer = async ({ context, pool, client, user, responses, session }) => {
  const password = takeParameter(responses, 'NEW_PASSWORD');
  checkPolicy(pool.passwordPolicy, password);
  const attributes = readAttributes(pool, attributesIn(responses));

  closeChallenge(pool, session);
  const hashed = await context.passwords.hash(password);
  if (userBySub(pool, user.sub) !== user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  for (const [name, value] of attributes) user.attributes.set(name, value);
  setPassword(context, pool, user, hashed, true);
  return continueSignIn(context, pool, client, user);
};

const PREFIX = 'userAttributes.';

/** The attributes among the responses: `userAttributes.NAME`. */
function attributesIn(responses: Parameters): { Name: string; Value: string }[] {
  return [...responses]
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, Value]) => ({ Name: key.slice(PREFIX.length), Value }));
}
