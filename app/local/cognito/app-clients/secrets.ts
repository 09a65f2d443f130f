import { clientOf, poolOf } from '../context.js';
import { CognitoError, invalidParameter, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { text } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import { DIGITS, LOWER, randomText } from '../random-text.js';
import type { ClientSecret } from '../state/state.js';

const MAX_SECRETS = 2;
const member = { UserPoolId: fields.poolId, ClientId: fields.clientId };

/** A client may have two secrets, for rotation. A value is returned once, when Cognito generates it. */
export const clientSecretOperations = {
  AddUserPoolClientSecret: writes(
    { ...member, ClientSecret: fields.clientSecret },
    (context, { UserPoolId, ClientId, ClientSecret }) => {
      const client = clientOf(poolOf(context, UserPoolId), ClientId);
      if (client.secrets.length === 0) throw invalidParameter('The client was created without a secret.');
      if (client.secrets.length >= MAX_SECRETS)
        throw new CognitoError('LimitExceededException', `A client has at most ${MAX_SECRETS} secrets.`);
      const secret = newSecret(client.id, context.now(), ClientSecret);
      client.secrets.push(secret);
      const generated = ClientSecret === undefined ? { ClientSecretValue: secret.value } : {};
      return { ClientSecretDescriptor: { ...describe(secret), ...generated } };
    },
  ),

  ListUserPoolClientSecrets: reads({ ...member, NextToken: fields.pageToken }, (context, { UserPoolId, ClientId }) => ({
    ClientSecrets: clientOf(poolOf(context, UserPoolId), ClientId).secrets.map(describe),
  })),

  DeleteUserPoolClientSecret: writes(
    { ...member, ClientSecretId: required(text({ min: 1, max: 128 })) },
    (context, { UserPoolId, ClientId, ClientSecretId }) => {
      const client = clientOf(poolOf(context, UserPoolId), ClientId);
      const rest = client.secrets.filter(({ id }) => id !== ClientSecretId);
      if (rest.length === client.secrets.length) throw notFound(`Client secret ${ClientSecretId} does not exist.`);
      if (rest.length === 0) throw invalidParameter('The last secret of a client can not be deleted.');
      client.secrets = rest;
      return {};
    },
  ),
};

/** The id has Cognito's form, client id and time of creation, and four random digits so that no two are equal. */
export function newSecret(clientId: string, now: number, value = randomText(51, `${LOWER}${DIGITS}`)): ClientSecret {
  return { id: `${clientId}--${now}${randomText(4, DIGITS)}`, value, createdAt: now };
}

const describe = ({ id, createdAt }: ClientSecret) => ({
  ClientSecretId: id,
  ClientSecretCreateDate: fields.date(createdAt),
});
