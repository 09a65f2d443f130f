import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { authorizerDocument } from '../../../app/platform/contract/authorizer.js';
import { gatewayDocument } from '../../../app/platform/contract/gateway.js';
import { COMMAND_CALLBACK_URLS } from '../../../app/platform/contract/command-callbacks.js';
import { corsHeaders } from '../../../app/platform/http/cors.js';
import { routeKeyOf } from '../../../app/platform/http/route.js';
import { access } from '../../harness/fixture-api/access.js';
import { product } from '../../harness/fixture-api/product.js';
import { routes } from '../../harness/fixture-api/routes.js';

const built = (name: string) => JSON.parse(readFileSync(`dist/fixture/${name}`, 'utf8')) as unknown;

describe('what the build writes follows from the declarations', () => {
  test('deployment.json: name, own settings, table with its indexes, CORS headers, addresses of the command', () => {
    expect(built('deployment.json')).toEqual({
      name: product.name,
      settings: [
        {
          name: 'MAX_TAGS',
          description: 'how many tags an item may have',
          default: '20',
          accepts: { min: 1, max: 100 },
        },
      ],
      table: {
        hashKey: 'pk',
        rangeKey: 'sk',
        expiryAttribute: 'expiresAt',
        indexes: [{ name: 'itemsByName', hashKey: 'itemsByNamePk', rangeKey: 'itemsByNameSk' }],
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:DeleteItem'],
      },
      cors: corsHeaders(routes),
      commandCallbackUrls: COMMAND_CALLBACK_URLS,
      triggers: [{ name: 'tenant', pool: 'customers', event: 'pre_token_generation', version: 'V2_0' }],
    });
  });

  test('pools.json', () => {
    expect(built('pools.json')).toEqual(access.document);
  });

  test('gateway.json', () => {
    expect(built('gateway.json')).toEqual(gatewayDocument(routes));
  });

  test('authorizer.json, which is in the package of the access authorizer as well', () => {
    expect(built('authorizer.json')).toEqual(authorizerDocument(routes, access.document));
    expect(built('authorizer/authorizer.json')).toEqual(built('authorizer.json'));
  });

  test('openapi.json has the operations of the route table, and the product for its title', () => {
    const { info, paths } = built('openapi.json') as {
      info: { title: string };
      paths: Record<string, Record<string, unknown>>;
    };
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.toSorted()).toEqual(routes.map(routeKeyOf).toSorted());
    expect(info.title).toBe(product.name);
  });
});
