import {
  ApiGatewayV2Client,
  GetApisCommand,
  GetAuthorizerCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  type GetAuthorizerCommandOutput,
  type RouteSettings,
} from '@aws-sdk/client-apigatewayv2';
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import type { Route } from '../lambda/gateway/route.js';
import type { Emulator } from '../harness/emulated-aws.js';

/** Requests per second, and at once. */
export interface Limit {
  readonly rate: number | undefined;
  readonly burst: number | undefined;
}

export interface DeployedAuthorizer {
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** A published version of a function, and who may invoke it. */
export interface DeployedFunction {
  readonly name: string;
  readonly alias: string;
  readonly version: string;
  readonly handler: string;
  readonly codeSha256: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: string;
  /** Who may invoke the alias: the API's ARN pattern, by service. */
  readonly permissions: readonly { service: string; source: string }[];
}

/** A Lambda authorizer. */
export interface DeployedAccessAuthorizer {
  readonly id: string;
  readonly payloadFormat: string | undefined;
  readonly simpleResponses: boolean | undefined;
  readonly identitySources: readonly string[];
  readonly ttlSeconds: number;
  readonly function: DeployedFunction;
}

/** What is deployed, as AWS's own APIs report it, and nothing of what Terraform believes. */
export interface Deployed {
  readonly apiId: string;
  readonly cors: {
    readonly origins: readonly string[];
    readonly methods: readonly string[];
    readonly allowHeaders: readonly string[];
    readonly exposeHeaders: readonly string[];
  };
  readonly stages: readonly {
    readonly name: string;
    readonly limit: Limit;
    /** Routes with a limit of their own. */
    readonly routeLimits: Readonly<Record<string, Limit>>;
  }[];
  /** The routes, each with the name of its authorizer. */
  readonly routes: readonly Route[];
  readonly authorizers: Readonly<Record<string, DeployedAuthorizer>>;
  readonly accessAuthorizers: Readonly<Record<string, DeployedAccessAuthorizer>>;
  /** The version that the API's integration leads to, by its alias. */
  readonly function: DeployedFunction;
}

export async function readDeployed({ client }: Emulator): Promise<Deployed> {
  const gateway = new ApiGatewayV2Client(client);
  const api = only((await gateway.send(new GetApisCommand())).Items, 'API');
  const ApiId = known(api.ApiId);
  const [stages, routes, integrations] = await Promise.all([
    gateway.send(new GetStagesCommand({ ApiId })),
    gateway.send(new GetRoutesCommand({ ApiId })),
    gateway.send(new GetIntegrationsCommand({ ApiId })),
  ]);
  // One by one, because moto doesn't list authorizers.
  const ids = new Set(routes.Items?.flatMap(({ AuthorizerId }) => AuthorizerId ?? []));
  const authorizers = await Promise.all(
    [...ids].map((AuthorizerId) => gateway.send(new GetAuthorizerCommand({ ApiId, AuthorizerId }))),
  );
  const lambda = new LambdaClient(client);
  const integration = only(integrations.Items, 'integration');
  const jwt = authorizers.filter(({ AuthorizerType }) => AuthorizerType === 'JWT');
  const access = authorizers.filter(({ AuthorizerType }) => AuthorizerType === 'REQUEST');
  const names = new Map(authorizers.map(({ AuthorizerId, Name }) => [AuthorizerId, known(Name)]));

  return {
    apiId: ApiId,
    cors: {
      origins: api.CorsConfiguration?.AllowOrigins ?? [],
      methods: api.CorsConfiguration?.AllowMethods ?? [],
      allowHeaders: api.CorsConfiguration?.AllowHeaders ?? [],
      exposeHeaders: api.CorsConfiguration?.ExposeHeaders ?? [],
    },
    stages: (stages.Items ?? []).map(({ StageName, DefaultRouteSettings, RouteSettings = {} }) => ({
      name: known(StageName),
      limit: limitOf(DefaultRouteSettings),
      routeLimits: Object.fromEntries(
        Object.entries(RouteSettings).map(([routeKey, settings]) => [routeKey, limitOf(settings)]),
      ),
    })),
    routes: (routes.Items ?? []).map(({ RouteKey, AuthorizationType, AuthorizerId, AuthorizationScopes, Target }) => {
      if (Target !== `integrations/${integration.IntegrationId}`) throw new Error(`${RouteKey} goes to ${Target}`);
      const pool = AuthorizationType === 'JWT' ? known(names.get(AuthorizerId)) : null;
      const access = AuthorizationType === 'CUSTOM' ? known(names.get(AuthorizerId)) : undefined;
      return { routeKey: known(RouteKey), pool, scopes: AuthorizationScopes ?? [], access };
    }),
    authorizers: Object.fromEntries(
      jwt.map(({ Name, JwtConfiguration }) => [
        known(Name),
        { issuer: known(JwtConfiguration?.Issuer), audience: JwtConfiguration?.Audience ?? [] },
      ]),
    ),
    accessAuthorizers: Object.fromEntries(
      await Promise.all(access.map(async (each) => [known(each.Name), await readAccessAuthorizer(lambda, each)])),
    ),
    function: await readFunction(lambda, known(integration.IntegrationUri)),
  };
}

async function readAccessAuthorizer(
  lambda: LambdaClient,
  authorizer: GetAuthorizerCommandOutput,
): Promise<DeployedAccessAuthorizer> {
  return {
    id: known(authorizer.AuthorizerId),
    payloadFormat: authorizer.AuthorizerPayloadFormatVersion,
    simpleResponses: authorizer.EnableSimpleResponses,
    identitySources: authorizer.IdentitySource ?? [],
    ttlSeconds: known(authorizer.AuthorizerResultTtlInSeconds),
    function: await readFunction(lambda, known(authorizer.AuthorizerUri)),
  };
}

/** Follows an integration's or authorizer's URI to the alias, and the alias to the published version. */
async function readFunction(lambda: LambdaClient, uri: string): Promise<DeployedFunction> {
  const { name, alias } = /:function:(?<name>[\w-]+):(?<alias>[\w-]+)\/invocations$/.exec(uri)?.groups ?? {};
  const FunctionName = known(name);
  const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName, Name: known(alias) }));
  const [version, policy] = await Promise.all([
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: FunctionVersion })),
    lambda.send(new GetPolicyCommand({ FunctionName, Qualifier: alias })),
  ]);
  const { Statement } = JSON.parse(known(policy.Policy)) as {
    Statement: { Principal: { Service: string }; Condition: { ArnLike: { 'AWS:SourceArn': string } } }[];
  };
  return {
    name: FunctionName,
    alias: known(alias),
    version: known(version.Version),
    handler: known(version.Handler),
    codeSha256: known(version.CodeSha256),
    environment: version.Environment?.Variables ?? {},
    role: known(version.Role).split('/').at(-1) ?? '',
    permissions: Statement.map(({ Principal, Condition }) => ({
      service: Principal.Service,
      source: Condition.ArnLike['AWS:SourceArn'],
    })),
  };
}

function only<T>(items: readonly T[] | undefined, kind: string): T {
  const [item, ...others] = items ?? [];
  if (item === undefined || others.length > 0) throw new Error(`There is not one ${kind} but ${items?.length ?? 0}`);
  return item;
}

function limitOf({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }: RouteSettings = {}): Limit {
  return { rate, burst };
}

/** A member that a complete answer has. */
export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A member is missing in what the emulated AWS or Terraform answered');
  return value;
}
