import { join } from 'node:path';
import type { JwtAuthorizerSettings } from '../lambda/gateway/authorizer.js';
import { startHttpApi, type HttpApiSettings } from '../lambda/gateway/http-api.js';
import type { RequestAuthorizerSettings } from '../lambda/gateway/request-authorizer.js';
import { startFunction } from '../lambda/runtime/lambda-function.js';
import { unpack } from '../lambda/unpacked.js';
import {
  known,
  type Deployed,
  type DeployedAccessAuthorizer,
  type DeployedAuthorizer,
  type DeployedFunction,
} from './deployed.js';
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

  const lambdas = new Map([[deployed.function.name, await start(deployed.function, 'lambda.zip')]]);
  const used = new Set(deployed.routes.map(({ access }) => access));
  for (const [name, authorizer] of Object.entries(deployed.accessAuthorizers)) {
    if (used.has(name)) lambdas.set(authorizer.function.name, await start(authorizer.function, 'authorizer.zip'));
  }
  let invocations = 0;
  const settings = settingsOf(deployed, emulator, ({ name }, event) => {
    if (name === deployed.function.name) invocations += 1;
    return known(lambdas.get(name)).invoke(event);
  });
  const api = await startHttpApi(settings);
  stops.push(() => api.close());
  return {
    url: api.url,
    invocations: () => invocations,
    async stop() {
      for (const step of stops.splice(0).reverse()) await step();
    },
  };
}

/** The deployed routes and authorizers, as the emulated gateway takes them. */
export function settingsOf(
  { routes, authorizers, accessAuthorizers, function: app }: Deployed,
  emulator: Emulator,
  invoke: (invoked: DeployedFunction, event: unknown) => Promise<unknown>,
): HttpApiSettings {
  const jwt = ({ issuer, audience }: DeployedAuthorizer): JwtAuthorizerSettings => {
    return { issuer, audience, jwksUri: emulator.jwksUri(issuer.split('/').at(-1) ?? '') };
  };
  const request = (authorizer: DeployedAccessAuthorizer): RequestAuthorizerSettings => {
    return { ...authorizer, invoke: (event) => invoke(authorizer.function, event) };
  };
  return {
    routes,
    authorizers: mapValues(authorizers, jwt),
    requestAuthorizers: mapValues(accessAuthorizers, request),
    invoke: (event) => invoke(app, event),
  };
}

const mapValues = <From, To>(values: Readonly<Record<string, From>>, change: (value: From) => To) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));

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
    AWS_ENDPOINT_URL_STS: emulator.url,
  };
}
