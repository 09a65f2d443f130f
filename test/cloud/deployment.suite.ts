import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { profileProblems } from '../../app/cli/state/profile-format.js';
import { pageOrigins } from '../../app/platform/contract/page-origins.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { MANAGED_LOGIN, ORIGIN, POOL_WITH_MANAGED_LOGIN } from './everything.js';
import { ACCESS_TTLS } from './probes.js';

/** What tfvars set, and the pages that managed login returns to, as tfvars set it of one pool and others declare it. */
function originsOf({ documents: { pools } }: Cloud) {
  const { [POOL_WITH_MANAGED_LOGIN]: _, ...others } = pools;
  const origins = MANAGED_LOGIN.callbackUrls.filter((url) => url.startsWith('http')).map((url) => new URL(url).origin);
  return [...new Set([ORIGIN, ...origins, ...pageOrigins(others)])].toSorted();
}

/** The function and the API in front of it, as the emulator reports them. */
export function deployment(cloud: () => Cloud) {
  describe('what is deployed', () => {
    test('leaves nothing to do for a second plan', async () => {
      const { terraform, options } = cloud();
      expect(await terraform.run('plan', '-lock=false', '-detailed-exitcode', ...options)).toMatchObject({ status: 0 });
    });

    test('is the default stage of an API, in front of the alias live of a published version', () => {
      const { stages, function: deployed } = cloud().deployed;
      expect(stages.map(({ name }) => name)).toEqual(['$default']);
      expect(deployed).toMatchObject({ alias: 'live', version: '1', handler: 'index.handler' });
      expect(deployed.name).toBe(cloud().outputs.function_name.value);
    });

    test('is the code of the package, byte for byte', () => {
      const zip = readFileSync(join(cloud().package, 'lambda.zip'));
      expect(cloud().deployed.function.codeSha256).toBe(createHash('sha256').update(zip).digest('base64'));
    });

    test('knows its pools with their clients, its table, its role for tenants, its origins and its log level, and nothing else', () => {
      const { outputs, documents, deployed } = cloud();
      const { COGNITO_POOLS, ...others } = deployed.function.environment;
      expect(JSON.parse(known(COGNITO_POOLS))).toEqual(
        Object.fromEntries(
          Object.entries(documents.pools).map(([name, { clients }]) => {
            const { userPoolId, clientId, publicClientId, domainUrl } = known(outputs.profile.value.pools[name]);
            const machines = Object.keys(clients).flatMap((client) => outputs.machines.value[client]?.clientId ?? []);
            const clientIds = [clientId, publicClientId, ...machines];
            return [
              name,
              expect.objectContaining({ userPoolId, clientIds, publicClientId, ...(domainUrl && { domainUrl }) }),
            ];
          }),
        ),
      );
      // dev.tfvars may set the API's own settings.
      const own = new Set(documents.deployment.settings.map(({ name }) => name));
      expect(Object.fromEntries(Object.entries(others).filter(([name]) => !own.has(name)))).toEqual({
        CORS_ORIGINS: originsOf(cloud()).join(),
        LOG_LEVEL: 'info',
        TABLE_NAME: outputs.table_name.value,
        TENANT_ROLE_ARN: `arn:aws:iam::123456789012:role/${deployed.function.name}-tenant`,
      });
    });

    test('may be invoked by this API alone', () => {
      const { apiId, function: deployed } = cloud().deployed;
      expect(deployed.permissions).toEqual([
        {
          service: 'apigateway.amazonaws.com',
          source: `arn:aws:execute-api:eu-west-1:123456789012:${apiId}/*/*`,
        },
      ]);
    });

    test('has a smaller limit on each route without an authorizer', () => {
      const [stage] = cloud().deployed.stages;
      const { routes } = cloud().documents.gateway;
      const open = routes.filter(({ pool, routeKey }) => pool === null && !ACCESS_TTLS.has(routeKey));
      expect(stage?.limit).toEqual({ rate: 100, burst: 200 });
      expect(stage?.routeLimits).toEqual(
        Object.fromEntries(open.map(({ routeKey }) => [routeKey, { rate: 20, burst: 40 }])),
      );
    });

    test('answers preflights as the app does', () => {
      const { gateway, deployment: declared } = cloud().documents;
      const { origins, methods, allowHeaders, exposeHeaders } = cloud().deployed.cors;
      expect(origins.toSorted()).toEqual(originsOf(cloud()));
      expect(methods.toSorted()).toEqual(
        [...new Set(gateway.routes.map(({ routeKey }) => routeKey.split(' ', 1).join()))].toSorted(),
      );
      expect(allowHeaders.toSorted()).toEqual(declared.cors.allowHeaders.toSorted());
      expect(exposeHeaders.toSorted()).toEqual(declared.cors.exposeHeaders.toSorted());
    });

    test('is what the profile points to', () => {
      const { deployed, outputs, documents } = cloud();
      const profile = outputs.profile.value;
      expect(profileProblems(profile)).toEqual([]);
      expect(profile).toMatchObject({
        apiUrl: `https://${deployed.apiId}.execute-api.eu-west-1.amazonaws.com`,
        cognitoEndpoint: 'https://cognito-idp.eu-west-1.amazonaws.com',
        region: 'eu-west-1',
      });
      expect(Object.keys(profile.pools).toSorted()).toEqual(Object.keys(documents.pools).toSorted());
      for (const [name, { issuer, audience }] of Object.entries(deployed.authorizers)) {
        expect(profile.pools[name]?.issuer).toBe(issuer);
        expect(audience).toContain(profile.pools[name]?.clientId);
      }
    });
  });
}
