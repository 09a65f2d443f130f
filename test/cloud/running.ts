import { join } from 'node:path';
import { startHttpApi } from '../lambda/gateway/http-api.js';
import type { RequestAuthorizerSettings } from '../lambda/gateway/request-authorizer.js';
import { startFunction } from '../lambda/runtime/lambda-function.js';
import { unpack } from '../lambda/unpacked.js';
import type { Deployed, DeployedFunction } from './deployed.js';
import type { Emulator } from '../harness/emulated-aws.js';

/** A deployed API that runs on this machine. */
export interface Running {
  readonly url: string;
  /** How often the function has been invoked so far. */
  invocations(): number;
  stop(): Promise<void>;
}

/** The deployed functions of a package, with the deployed environment, in AWS's runtime client behind the deployed routes. */
export async function runDeployed(deployed: Deployed, folder: string, emulator: Emulator): Promise<Running> {
  const stops: (() => unknown)[] = [];

  async function start({ handler, environment }: DeployedFunction, zip: string) {
    const { directory, remove } = unpack(join(folder, zip));
    stops.push(remove);
    const lambda = await startFunction({
      node: 22,
      directory,
      handler,
      environment: inEmulator(environment, emulator),
    });
    stops.push(() => lambda.stop());
    return lambda;
  }

  const app = await start(deployed.function, 'lambda.zip');
  const used = new Set(deployed.routes.map(({ access }) => access));
  const requestAuthorizers: Record<string, RequestAuthorizerSettings> = {};
  for (const [name, authorizer] of Object.entries(deployed.accessAuthorizers)) {
    if (!used.has(name)) continue;
    const lambda = await start(authorizer.function, 'authorizer.zip');
    requestAuthorizers[name] = { ...authorizer, invoke: (event) => lambda.invoke(event) };
  }
  let invocations = 0;
  const api = await startHttpApi({
    routes: deployed.routes,
    authorizers: Object.fromEntries(
      Object.entries(deployed.authorizers).map(([name, { issuer, audience }]) => [
        name,
        { issuer, audience, jwksUri: emulator.jwksUri(issuer.split('/').at(-1) ?? '') },
      ]),
    ),
    requestAuthorizers,
    invoke(event) {
      invocations += 1;
      return app.invoke(event);
    },
  });
  stops.push(() => api.close());
  return {
    url: api.url,
    invocations: () => invocations,
    async stop() {
      for (const step of stops.splice(0).reverse()) await step();
    },
  };
}

/** What a function has from Lambda itself, and the pools' keys where the emulator publishes them; issuers stay Cognito's own. */
export function inEmulator(
  { COGNITO_POOLS = '{}', ...environment }: Readonly<Record<string, string>>,
  emulator: Emulator,
) {
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
