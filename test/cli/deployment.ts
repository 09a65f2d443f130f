import { readFile } from 'node:fs/promises';
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { Lambda } from '@aws-sdk/client-lambda';
import type { PlannedRoute } from '../../app/cli/doctor/gateway.js';
import type { Profile } from '../../app/cli/state/profile.js';
import { credentials, REGION, type Moto } from './moto.js';

/** What is wrong with a deployment; nothing, unless named. */
export interface Planted {
  /** This route gets no authorizer. */
  open?: string;
  audience?: string[];
  issuer?: string;
  cors?: null;
  permission?: null;
}

const ORIGIN = 'https://app.example.com';
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]);

/** An HTTP API and its function, made in moto as Terraform makes them; gives the id of the API. */
export async function deploy(moto: Moto, profile: Profile, planted: Planted = {}): Promise<string> {
  const settings = { endpoint: moto.endpoint, region: REGION, credentials };
  const gateway = new ApiGatewayV2(settings);
  const cors = planted.cors === undefined ? { CorsConfiguration: { AllowOrigins: [ORIGIN] } } : {};
  const { ApiId = '' } = await gateway.createApi({ Name: 'pizza-api', ProtocolType: 'HTTP', ...cors });

  const functionArn = await createFunction(new Lambda(settings), moto, profile, ApiId, planted);
  const { IntegrationId } = await gateway.createIntegration({
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    PayloadFormatVersion: '2.0',
  });
  const authorizers = new Map<string, string | undefined>();
  for (const [name, { issuer, clientId, machine }] of Object.entries(profile.pools)) {
    const audience = [clientId, ...(machine ? [machine.clientId] : [])];
    const { AuthorizerId } = await gateway.createAuthorizer({
      ApiId,
      Name: name,
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: planted.issuer ?? issuer, Audience: planted.audience ?? audience },
    });
    authorizers.set(name, AuthorizerId);
  }
  const { routes } = JSON.parse(await readFile('dist/gateway.json', 'utf8')) as { routes: PlannedRoute[] };
  for (const { routeKey: RouteKey, pool, scopes } of routes) {
    const isGuarded = pool !== null && RouteKey !== planted.open;
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

async function createFunction(lambda: Lambda, moto: Moto, { pools }: Profile, apiId: string, { permission }: Planted) {
  const FunctionName = `pizza-api-${apiId}`;
  const trusted = Object.entries(pools).map(([name, { userPoolId, clientId, machine }]) => {
    const clientIds = machine ? [clientId, machine.clientId] : [clientId];
    return [name, { userPoolId, clientIds }];
  });
  const Variables = { COGNITO_POOLS: JSON.stringify(Object.fromEntries(trusted)), CORS_ORIGINS: ORIGIN };
  await lambda.createFunction({
    FunctionName,
    Role: await createRole(moto),
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: EMPTY_ZIP },
    Environment: { Variables },
    Publish: true,
  });
  const { AliasArn = '' } = await lambda.createAlias({ FunctionName, Name: 'live', FunctionVersion: '1' });
  if (permission !== null) {
    await lambda.addPermission({
      FunctionName,
      Qualifier: 'live',
      StatementId: 'http-api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:${REGION}:123456789012:${apiId}/*/*`,
    });
  }
  return AliasArn;
}

/** The one call to IAM: by hand, rather than with another client of the SDK. A role that is there already will do. */
async function createRole({ endpoint }: Moto): Promise<string> {
  const form = { Action: 'CreateRole', Version: '2010-05-08', RoleName: 'pizza-api', AssumeRolePolicyDocument: '{}' };
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/iam/aws4_request`;
  await fetch(endpoint, { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) });
  return 'arn:aws:iam::123456789012:role/pizza-api';
}
