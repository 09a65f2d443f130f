import {
  ApiGatewayV2Client,
  GetApisCommand,
  GetAuthorizerCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
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
  /** The version that the API's integration leads to, by its alias. */
  readonly function: {
    readonly name: string;
    readonly alias: string;
    readonly version: string;
    readonly handler: string;
    readonly codeSha256: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly role: string;
    /** Who may invoke the alias: the API's ARN pattern, by service. */
    readonly permissions: readonly { service: string; source: string }[];
  };
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
  const integration = only(integrations.Items, 'integration');
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
      return { routeKey: known(RouteKey), pool, scopes: AuthorizationScopes ?? [] };
    }),
    authorizers: Object.fromEntries(
      authorizers.map(({ Name, JwtConfiguration }) => [
        known(Name),
        { issuer: known(JwtConfiguration?.Issuer), audience: JwtConfiguration?.Audience ?? [] },
      ]),
    ),
    function: await readFunction(new LambdaClient(client), known(integration.IntegrationUri)),
  };
}

/** Follows an integration's URI to the alias, and the alias to the published version. */
async function readFunction(lambda: LambdaClient, uri: string): Promise<Deployed['function']> {
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
