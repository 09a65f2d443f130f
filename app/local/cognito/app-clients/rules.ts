import { schemaOf } from '../attributes/schema.js';
import { CognitoError, invalidParameter } from '../errors.js';
import { addressProblem } from '../input/addresses.js';
import type { Client, Pool } from '../state/state.js';
import type { ClientRequest } from './settings.js';
import { checkScopes } from '../pools/resource-servers.js';
import { checkProviders } from './supported-providers.js';

/**
 * Settings that Cognito doesn't accept together, or in this pool. Throws InvalidParameterException,
 * InvalidOAuthFlowException, ScopeDoesNotExistException.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export function checkClient(pool: Pool, client: Client, request: ClientRequest): void {
  checkFlowNames(client.flows);
  checkRotation(client);
  checkAttributes(pool, request);
  checkProviders(pool, request);
  checkAddresses(request);
  checkAnalytics(request);
  checkOAuth(request, client.secrets.length > 0);
  checkScopes(pool, client.scopes);
}

function checkFlowNames(flows: readonly string[]): void {
  const current = flows.filter((flow) => flow.startsWith('ALLOW_'));
  if (current.length > 0 && current.length < flows.length)
    throw invalidParameter(
      'ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY and USER_PASSWORD_AUTH can not be used together with flows that begin with ALLOW_.',
    );
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html#using-the-refresh-token-rotation */
function checkRotation({ flows, rotation }: Client): void {
  if (rotation && flows.includes('ALLOW_REFRESH_TOKEN_AUTH'))
    throw invalidParameter('ALLOW_REFRESH_TOKEN_AUTH can not be used while refresh token rotation is enabled.');
}

function checkAttributes(pool: Pool, { ReadAttributes = [], WriteAttributes = [] }: ClientRequest): void {
  const schema = schemaOf(pool);
  const exists = (name: string) => schema.has(name);
  if (!ReadAttributes.every(exists))
    throw invalidParameter('Invalid read attributes specified while creating a client');
  if (!WriteAttributes.every(exists))
    throw invalidParameter('Invalid write attributes specified while creating a client');
}

function checkAddresses({ CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI }: ClientRequest): void {
  for (const address of [...CallbackURLs, ...LogoutURLs]) {
    const problem = addressProblem(address);
    if (problem !== undefined) throw invalidParameter(`${address} ${problem}.`);
  }
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI))
    throw invalidParameter('The default redirect URI must be in the list of callback URLs.');
}

/** A project by its ARN, or by its id with a role. */
function checkAnalytics({ AnalyticsConfiguration: analytics }: ClientRequest): void {
  if (!analytics || analytics.ApplicationArn !== undefined) return;
  const { ApplicationId, RoleArn, ExternalId } = analytics;
  if ([ApplicationId, RoleArn, ExternalId].includes(undefined))
    throw invalidParameter(
      'AnalyticsConfiguration needs either ApplicationArn, or ApplicationId, RoleArn and ExternalId.',
    );
}

/** Client credentials are for clients with a secret, and exclude the other flows, which need somewhere to return to. */
function checkOAuth(
  {
    AllowedOAuthFlows: flows = [],
    AllowedOAuthScopes = [],
    AllowedOAuthFlowsUserPoolClient,
    CallbackURLs = [],
  }: ClientRequest,
  hasSecret: boolean,
): void {
  const isForMachines = flows.includes('client_credentials');
  if (isForMachines && flows.length > 1)
    throw invalidFlow('client_credentials flow can not be selected along with code flow or implicit flow.');
  if (isForMachines && !hasSecret)
    throw invalidFlow('client_credentials flow can not be selected if client does not have a client secret.');
  if (AllowedOAuthFlowsUserPoolClient === true && (flows.length === 0 || AllowedOAuthScopes.length === 0))
    throw invalidFlow(
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    );
  if (flows.length > 0 && !isForMachines && CallbackURLs.length === 0)
    throw invalidFlow('CallbackUrls can not be empty when code flow or implicit flow is selected');
}

const invalidFlow = (message: string) => new CognitoError('InvalidOAuthFlowException', message);
