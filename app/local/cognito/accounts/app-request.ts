import * as fields from '../input/fields.js';
import { ignored } from '../input/members.js';

/** What the operations that apps call for a user accept: client and user, and what Cognito hands to triggers. */
export const appRequest = {
  ClientId: fields.clientId,
  SecretHash: fields.secretHash,
  Username: fields.username,
  AnalyticsMetadata: ignored,
  UserContextData: ignored,
  ClientMetadata: fields.clientMetadata,
};
