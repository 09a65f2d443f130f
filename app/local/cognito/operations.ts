import { accountOperations } from './account.js';
import { authOperations } from './auth.js';
import { clientSecretOperations } from './client-secrets.js';
import { clientOperations } from './clients.js';
import { groupOperations } from './groups.js';
import { CognitoError } from './errors.js';
import type { Operation } from './operation.js';
import { poolOperations } from './pools.js';
import { resourceServerOperations } from './resource-servers.js';
import { userOperations } from './users.js';

/** Every operation that the stand-in answers. */
export const api = {
  ...poolOperations,
  ...clientOperations,
  ...clientSecretOperations,
  ...resourceServerOperations,
  ...groupOperations,
  ...userOperations,
  ...authOperations,
  ...accountOperations,
};

const byName: ReadonlyMap<string, Operation> = new Map(Object.entries(api));

/** An operation by its name in X-Amz-Target; throws UnknownOperationException. */
export function operationNamed(name: string): Operation {
  const operation = byName.get(name);
  if (operation) return operation;
  throw new CognitoError('UnknownOperationException', `The local stand-in has no operation ${name}.`);
}
