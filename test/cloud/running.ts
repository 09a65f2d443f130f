import { startHttpApi } from '../lambda/gateway/http-api.js';
import { startFunction } from '../lambda/runtime/lambda-function.js';
import { unpack } from '../lambda/unpacked.js';
import type { Deployed } from './deployed.js';
import type { Emulator } from '../harness/emulated-aws.js';

/** A deployed API that runs on this machine. */
export interface Running {
  readonly url: string;
  /** How often the function has been invoked so far. */
  invocations(): number;
  stop(): Promise<void>;
}

/** The deployed function, with the deployed environment, in AWS's runtime client behind the deployed routes. */
export async function runDeployed(deployed: Deployed, zip: string, emulator: Emulator): Promise<Running> {
  const unpacked = unpack(zip);
  const lambda = await startFunction({
    node: 22,
    directory: unpacked.directory,
    handler: deployed.function.handler,
    environment: inEmulator(deployed.function.environment, emulator),
  });
  let invocations = 0;
  const api = await startHttpApi({
    routes: deployed.routes,
    authorizers: Object.fromEntries(
      Object.entries(deployed.authorizers).map(([name, { issuer, audience }]) => [
        name,
        { issuer, audience, jwksUri: emulator.jwksUri(issuer.split('/').at(-1) ?? '') },
      ]),
    ),
    invoke(event) {
      invocations += 1;
      return lambda.invoke(event);
    },
  });
  return {
    url: api.url,
    invocations: () => invocations,
    async stop() {
      await api.close();
      await lambda.stop();
      unpacked.remove();
    },
  };
}

/** What a function has from Lambda itself, and the pools' keys where the emulator publishes them; issuers stay Cognito's own. */
function inEmulator({ COGNITO_POOLS = '{}', ...environment }: Readonly<Record<string, string>>, emulator: Emulator) {
  const pools = Object.entries(JSON.parse(COGNITO_POOLS) as Record<string, { userPoolId: string }>);
  const reachable = pools.map(([name, pool]) => [name, { ...pool, jwksUri: emulator.jwksUri(pool.userPoolId) }]);
  return {
    ...environment,
    COGNITO_POOLS: JSON.stringify(Object.fromEntries(reachable)),
    AWS_ACCESS_KEY_ID: emulator.client.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulator.client.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: emulator.url,
  };
}
