import { forgottenPasswordOperations } from './accounts/forgotten-password.js';
import { ownAccountOperations } from './accounts/own-account.js';
import { signUpOperations } from './accounts/sign-up.js';
import { schemaOperations } from './attributes/custom-attributes.js';
import { accountOperations } from './sign-in/account.js';
import { authOperations } from './sign-in/auth.js';
import { importOperations } from './import/import-jobs.js';
import { managedLoginOperations } from './branding/managed-login.js';
import { termsOperations } from './branding/terms.js';
import { uiCustomizationOperations } from './branding/ui-customization.js';
import { clientSecretOperations } from './app-clients/secrets.js';
import { clientOperations } from './app-clients/clients.js';
import { domainOperations } from './pools/domains.js';
import { groupMemberOperations } from './pools/group-members.js';
import { groupOperations } from './pools/groups.js';
import { poolMfaOperations } from './mfa/pool-mfa.js';
import { authFactorOperations } from './mfa/auth-factors.js';
import { mfaPreferenceOperations } from './mfa/preferences.js';
import { softwareTokenOperations } from './mfa/software-token.js';
import { CognitoError } from './errors.js';
import type { Operation } from './operation.js';
import { poolOperations } from './pools/pools.js';
import { logDeliveryOperations } from './protection/log-delivery.js';
import { riskOperations } from './protection/risk-configuration.js';
import { providerOperations } from './providers/providers.js';
import { signingCertificateOperations } from './providers/signing-certificate.js';
import { resourceServerOperations } from './pools/resource-servers.js';
import { tagOperations } from './pools/tags.js';
import { adminAttributeOperations } from './users/admin-attributes.js';
import { sessionConfigurationOperations } from './user-sessions/configuration.js';
import { userSessionOperations } from './user-sessions/user-sessions.js';
import { userOperations } from './users/users.js';

/** Every operation that the emulator supports. */
export const api = {
  ...poolOperations,
  ...domainOperations,
  ...tagOperations,
  ...clientOperations,
  ...clientSecretOperations,
  ...resourceServerOperations,
  ...groupOperations,
  ...groupMemberOperations,
  ...schemaOperations,
  ...importOperations,
  ...providerOperations,
  ...signingCertificateOperations,
  ...riskOperations,
  ...logDeliveryOperations,
  ...managedLoginOperations,
  ...uiCustomizationOperations,
  ...termsOperations,
  ...userOperations,
  ...adminAttributeOperations,
  ...signUpOperations,
  ...forgottenPasswordOperations,
  ...ownAccountOperations,
  ...authOperations,
  ...accountOperations,
  ...softwareTokenOperations,
  ...mfaPreferenceOperations,
  ...poolMfaOperations,
  ...authFactorOperations,
  ...sessionConfigurationOperations,
  ...userSessionOperations,
};

const byName: ReadonlyMap<string, Operation> = new Map(Object.entries(api));

/** An operation by its name in X-Amz-Target; throws UnknownOperationException. */
export function operationNamed(name: string): Operation {
  const operation = byName.get(name);
  if (operation) return operation;
  throw new CognitoError(
    'UnknownOperationException',
    `The local Cognito emulator lacks the operation ${name}; app/local/OPERATIONS.md lists what it has.`,
  );
}
