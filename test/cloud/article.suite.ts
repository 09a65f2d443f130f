import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createSigningKey, signJwt } from '../harness/issuer.js';
import type { Callers } from './callers.js';
import type { Cloud } from './cloud.js';

/** The article, played over HTTP. */
export function theArticle(cloud: () => Cloud, callers: () => Callers) {
  describe('the article', () => {
    let invocations: number;

    async function call(method: string, path: string, token?: string, body?: unknown) {
      invocations = cloud().running.invocations();
      const response = await fetch(cloud().running.url + path, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      invocations = cloud().running.invocations() - invocations;
      const text = await response.text();
      return { status: response.status, body: text ? (JSON.parse(text) as unknown) : undefined };
    }

    test('GET / without a token is 401, and the function is not invoked', async () => {
      expect((await call('GET', '/')).status).toBe(401);
      expect(invocations).toBe(0);
    });

    test('GET / with a forged token is 401, and the function is not invoked', async () => {
      const parts = callers().regular.idToken.split('.').slice(0, 2);
      const [header, payload] = parts.map((part): unknown => JSON.parse(String(Buffer.from(part, 'base64url'))));
      const forged = signJwt(header, payload, createSigningKey());

      expect((await call('GET', '/', forged)).status).toBe(401);
      expect(invocations).toBe(0);
    });

    test.each(['idToken', 'accessToken'] as const)('GET / with %s of a customer is 200', async (kind) => {
      expect(await call('GET', '/', callers().regular[kind])).toEqual({ status: 200, body: ['Welcome to AWS'] });
    });

    test('a customer on POST /pizzas is 401 at the gateway', async () => {
      expect((await call('POST', '/pizzas', callers().regular.accessToken, { name: 'Hawaii' })).status).toBe(401);
      expect(invocations).toBe(0);
    });

    test('a member of the staff outside chefs is 403, from the app', async () => {
      const { status, body } = await call('POST', '/pizzas', callers().waiter.accessToken, { name: 'Hawaii' });
      expect({ status, body }).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
      expect(invocations).toBe(1);
    });

    describe('what is added', () => {
      let added: { status: number; body: unknown }[];

      beforeAll(async () => {
        added = [
          await call('POST', '/pizzas', callers().chef.accessToken, { name: 'Margherita' }),
          await call('POST', '/pizzas', callers().machine, { name: 'Quattro formaggi' }),
        ];
      });

      test('is answered with 201, for the chef and for a machine with the scope', () => {
        expect(added).toMatchObject([
          { status: 201, body: { name: 'Margherita' } },
          { status: 201, body: { name: 'Quattro formaggi' } },
        ]);
      });

      test("is in the emulator's table", async () => {
        const dynamodb = new DynamoDBClient(cloud().emulator.client);
        const TableName = cloud().deployed.function.environment['TABLE_NAME'];
        const { Items } = await dynamodb.send(new ScanCommand({ TableName }));
        expect(JSON.stringify(Items)).toContain('Margherita');
        expect(JSON.stringify(Items)).toContain('Quattro formaggi');
      });

      test('is read by a customer', async () => {
        const { status, body } = await call('GET', '/pizzas', callers().regular.idToken);
        expect({ status, body }).toMatchObject({
          status: 200,
          body: { items: [{ name: 'Quattro formaggi' }, { name: 'Margherita' }] },
        });
      });
    });

    test('a path that nobody listed is 404 at the gateway', async () => {
      expect((await call('GET', '/admin', callers().chef.idToken)).status).toBe(404);
      expect(invocations).toBe(0);
    });
  });
}
