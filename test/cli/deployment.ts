import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { Lambda } from '@aws-sdk/client-lambda';
import type { Machines, Profile } from '../../app/platform/contract/profile.js';
import { plannedAccess, plannedRoutes, product } from './environment.js';
import { credentials, REGION, type Moto } from './moto.js';

/** What is wrong with a deployment; by default nothing. */
export interface Defect {
  /** This route gets no authorizer. */
  open?: string;
  audience?: string[];
  issuer?: string;
  cors?: null;
  permission?: null;
  /** The app refuses what comes around CloudFront; whether the API has its execute-api address still. */
  aroundCloudFront?: 'possible' | 'impossible';
  /** The access authorizer is on; some of its settings. */
  access?: { IdentitySource?: string[]; AuthorizerResultTtlInSeconds?: number; open?: string; source?: string };
}

const ORIGIN = 'https://app.example.com';
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]);

/** Creates an HTTP API and its function in moto, as Terraform does, and returns the id of the API. */
export async function deploy(
  moto: Moto,
  { profile, machines }: { profile: Profile; machines: Machines },
  defect: Defect = {},
): Promise<string> {
  const settings = { endpoint: moto.endpoint, region: REGION, credentials };
  const gateway = new ApiGatewayV2(settings);
  const cors = defect.cors === undefined ? { CorsConfiguration: { AllowOrigins: [ORIGIN] } } : {};
  const { ApiId = '' } = await gateway.createApi({
    Name: product.name,
    ProtocolType: 'HTTP',
    DisableExecuteApiEndpoint: defect.aroundCloudFront === 'impossible',
    ...cors,
  });

  const lambda = new Lambda(settings);
  const functionArn = await createFunction(lambda, moto, { profile, machines, apiId: ApiId }, defect);
  const { IntegrationId } = await gateway.createIntegration({
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    PayloadFormatVersion: '2.0',
  });
  const authorizers = new Map<string, string | undefined>();
  for (const [name, { issuer }] of Object.entries(profile.pools)) {
    const audience = clientIdsOf(name, profile, machines);
    const { AuthorizerId } = await gateway.createAuthorizer({
      ApiId,
      Name: name,
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: defect.issuer ?? issuer, Audience: defect.audience ?? audience },
    });
    authorizers.set(name, AuthorizerId);
  }
  const { access } = defect;
  const accessIds = access && (await createAccessAuthorizers({ gateway, lambda, ApiId, functionArn }, access));
  const ttls = new Map(plannedAccess().map(({ routeKey, ttlSeconds }) => [routeKey, ttlSeconds]));
  for (const { routeKey: RouteKey, pool, scopes } of plannedRoutes()) {
    const AuthorizerId = accessIds?.get(ttls.get(RouteKey));
    if (AuthorizerId !== undefined && RouteKey !== access?.open) {
      const guard = { AuthorizationType: 'CUSTOM', AuthorizerId } as const;
      await gateway.createRoute({ ApiId, RouteKey, Target: `integrations/${IntegrationId}`, ...guard });
      continue;
    }
    const isGuarded = pool !== null && RouteKey !== defect.open;
    const guard = {
      AuthorizationType: 'JWT',
      AuthorizerId: authorizers.get(pool ?? ''),
      AuthorizationScopes: [...scopes],
    };
    const route = { ApiId, RouteKey, Target: `integrations/${IntegrationId}` };
    await gateway.createRoute({ ...route, ...(isGuarded ? (guard as object) : { AuthorizationType: 'NONE' }) });
  }
  return ApiId;
}

interface Parts {
  gateway: ApiGatewayV2;
  lambda: Lambda;
  ApiId: string;
  functionArn: string;
}

/** One for each time that answers are kept, by that time; their function has the app's settings. */
async function createAccessAuthorizers(
  { gateway, lambda, ApiId, functionArn }: Parts,
  { source = `${ApiId}/authorizers/*`, open: _open, ...settings }: NonNullable<Defect['access']>,
) {
  const FunctionName = `${functionArn.split(':').at(-2)}-access-authorizer`;
  const { Configuration, Code: _code } = await lambda.getFunction({ FunctionName: functionArn });
  const variables = Configuration?.Environment?.Variables ?? {};
  const aliasArn = await publish(lambda, { FunctionName, Role: Configuration?.Role }, variables);
  await permitGateway(lambda, FunctionName, source);
  const ids = new Map<number | null | undefined, string | undefined>();
  for (const { ttlSeconds } of plannedAccess()) {
    if (ttlSeconds === null || ids.has(ttlSeconds)) continue;
    const { AuthorizerId } = await gateway.createAuthorizer({
      ApiId,
      Name: `access-${ttlSeconds}s`,
      AuthorizerType: 'REQUEST',
      AuthorizerUri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${aliasArn}/invocations`,
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
      AuthorizerResultTtlInSeconds: ttlSeconds,
      ...settings,
    });
    ids.set(ttlSeconds, AuthorizerId);
  }
  return ids;
}

/** Clients of people and of machines; the fixture's machines are all of the pool `staff`. */
function clientIdsOf(pool: string, { pools }: Profile, machines: Machines): string[] {
  const machineIds = pool === 'staff' ? Object.values(machines).map(({ clientId }) => clientId) : [];
  return [pools[pool]?.clientId ?? '', ...machineIds];
}

interface Backend {
  profile: Profile;
  machines: Machines;
  apiId: string;
}

async function createFunction(
  lambda: Lambda,
  moto: Moto,
  { profile, machines, apiId }: Backend,
  { permission, aroundCloudFront }: Defect,
) {
  const FunctionName = `${product.name}-${apiId}`;
  const trusted = Object.entries(profile.pools).map(([name, { userPoolId }]) => [
    name,
    { userPoolId, clientIds: clientIdsOf(name, profile, machines) },
  ]);
  const variables = {
    COGNITO_POOLS: JSON.stringify(Object.fromEntries(trusted)),
    CORS_ORIGINS: ORIGIN,
    ...(aroundCloudFront && { ORIGIN_SECRET_DIGESTS: 'a digest' }),
  };
  const aliasArn = await publish(lambda, { FunctionName, Role: await createRole(moto) }, variables);
  if (permission !== null) await permitGateway(lambda, FunctionName, `${apiId}/*/*`);
  return aliasArn;
}

/** A function with its first version, which the alias `live` names; the alias's ARN. */
async function publish(
  lambda: Lambda,
  named: { FunctionName: string; Role: string | undefined },
  Variables: Record<string, string>,
) {
  const code = { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: EMPTY_ZIP } } as const;
  await lambda.createFunction({ ...named, ...code, Environment: { Variables }, Publish: true });
  const { FunctionName } = named;
  const { AliasArn = '' } = await lambda.createAlias({ FunctionName, Name: 'live', FunctionVersion: '1' });
  return AliasArn;
}

/** Lets a source of API Gateway's, such as an API's routes, invoke the alias. */
async function permitGateway(lambda: Lambda, FunctionName: string, source: string) {
  await lambda.addPermission({
    FunctionName,
    Qualifier: 'live',
    StatementId: 'http-api',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: `arn:aws:execute-api:${REGION}:123456789012:${source}`,
  });
}

/** The only call to IAM, without another client of the SDK. A role of an earlier test is used again. */
async function createRole({ endpoint }: Moto): Promise<string> {
  const form = { Action: 'CreateRole', Version: '2010-05-08', RoleName: product.name, AssumeRolePolicyDocument: '{}' };
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/iam/aws4_request`;
  await fetch(endpoint, { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) });
  return `arn:aws:iam::123456789012:role/${product.name}`;
}
