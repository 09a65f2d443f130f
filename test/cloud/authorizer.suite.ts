import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../app/api/routes.js';
import { routeKeyOf } from '../../app/platform/http/route.js';
import { createSigningKey, encode, signJwt } from '../harness/issuer.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { ACCESS_TTLS, pathOf } from './probes.js';

const ARN = 'arn:aws:execute-api:eu-west-1:123456789012';
const TTLS = [...new Set(ACCESS_TTLS.values())].map((seconds) => [seconds] as const);

/** The function that decides at the gateway where a JWT authorizer can't, and the routes that have it. */
export function accessAuthorizer(cloud: () => Cloud) {
  test('the routes that a JWT authorizer is not enough for have the access authorizer, and no others', () => {
    const deployed = cloud().deployed.routes.flatMap(({ routeKey, access }) => (access ? [[routeKey, access]] : []));
    const expected = Array.from(ACCESS_TTLS, ([routeKey, seconds]) => [routeKey, `access-${seconds}s`]);
    expect(Object.fromEntries(deployed)).toEqual(Object.fromEntries(expected));
  });

  test('no authorizer stands before a preflight: the API has no route for OPTIONS, and answers it itself', () => {
    expect(cloud().deployed.routes.filter(({ routeKey }) => /^(?:OPTIONS|ANY|\$default)/.test(routeKey))).toEqual([]);
    expect(cloud().deployed.cors.origins).not.toEqual([]);
  });

  // An API whose routes are all for one pool has none.
  if (TTLS.length === 0) return;
  describe.each(TTLS)('the access authorizer whose answers are kept for %i s', (seconds) => {
    const authorizer = () => known(cloud().deployed.accessAuthorizers[`access-${seconds}s`]);

    test('is asked by payload format 2.0, and answers by token and route', () => {
      expect(authorizer()).toMatchObject({ payloadFormat: '2.0', simpleResponses: true, ttlSeconds: seconds });
      expect(authorizer().identitySources.toSorted()).toEqual(['$context.routeKey', '$request.header.Authorization']);
    });

    test('is the alias live of a published version of its own package', () => {
      const zip = readFileSync(join(cloud().package, 'authorizer.zip'));
      const name = `${cloud().outputs.function_name.value}-access-authorizer`;
      const codeSha256 = createHash('sha256').update(zip).digest('base64');
      expect(authorizer().function).toMatchObject({ name, alias: 'live', version: '1', codeSha256 });
    });

    test('may be invoked by the authorizers of this API alone', () => {
      const { apiId, accessAuthorizers } = cloud().deployed;
      const sources = Object.values(accessAuthorizers).map(({ id }) => `${ARN}:${apiId}/authorizers/${id}`);
      const { permissions } = authorizer().function;
      expect(permissions.map(({ source }) => source).toSorted()).toEqual(sources.toSorted());
      expect(new Set(permissions.map(({ service }) => service))).toEqual(new Set(['apigateway.amazonaws.com']));
    });

    test('trusts the pools of the app, and knows nothing else', () => {
      const { COGNITO_POOLS, LOG_LEVEL } = cloud().deployed.function.environment;
      expect(authorizer().function.environment).toEqual({ COGNITO_POOLS, LOG_LEVEL });
    });

    test('has a role of its own that may write its log, which is kept as long as the others, and nothing else', async () => {
      const { client } = cloud().emulator;
      const { role: RoleName, name } = authorizer().function;
      const iam = new IAMClient(client);
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'function' }));
      expect(RoleName).not.toBe(cloud().deployed.function.role);
      expect(AttachedPolicies).toEqual([]);
      expect(JSON.parse(decodeURIComponent(PolicyDocument))).toMatchObject({
        Statement: [
          {
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: [`arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/${name}:*`],
          },
        ],
      });
      const groups = new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/lambda/${name}` });
      const { logGroups = [] } = await new CloudWatchLogsClient(client).send(groups);
      expect(logGroups.map(({ retentionInDays }) => retentionInDays)).toEqual([7]);
    });
  });

  test.each(
    routes.filter((route) => ACCESS_TTLS.has(routeKeyOf(route))).map((route) => [routeKeyOf(route), route] as const),
  )('%s: without a good token the app is not invoked', async (_key, route) => {
    const { running, outputs, emulator } = cloud();
    const [pool] = Object.values(outputs.profile.value.pools);
    const { issuer, clientId, userPoolId } = known(pool);
    const { keys } = (await (await fetch(emulator.jwksUri(userPoolId))).json()) as { keys: { kid: string }[] };
    const { kid } = known(keys[0]);
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: 'x',
      username: 'x',
      client_id: clientId,
      token_use: 'access',
      iat: now,
      exp: now + 60,
    };
    const forged = signJwt({ kid, alg: 'RS256' }, claims, createSigningKey());
    const unsigned = `${encode({ kid, alg: 'none' })}.${encode(claims)}.`;
    const before = running.invocations();
    const statuses = [];
    for (const authorization of [undefined, `Bearer ${forged}`, `Bearer ${unsigned}`, 'Bearer nonsense']) {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await fetch(running.url + pathOf(route), { method: route.method, headers });
      statuses.push([response.status, await response.json()]);
    }
    const forbidden = [403, { message: 'Forbidden' }];
    expect(statuses).toEqual([[401, { message: 'Unauthorized' }], forbidden, forbidden, forbidden]);
    expect(running.invocations()).toBe(before);
  });
}
