import { describe, expect, test } from '@jest/globals';
import pino from 'pino';
import request from 'supertest';
import { createGuard } from '../../../app/platform/auth/guard.js';
import { createPool, type PoolSettings } from '../../../app/platform/auth/pool.js';
import { readDocs } from '../../../app/platform/docs-page/page.js';
import { docsRoutes } from '../../../app/platform/docs-page/routes.js';
import { createApp } from '../../../app/platform/http/app.js';

const BUILT = new URL(`file://${process.cwd()}/dist/fixture/docs/`);
const userPoolId = 'eu-west-1_AbCdEfGhI';
const domainUrl = 'https://people.auth.eu-west-1.amazoncognito.com';
const withDomain: PoolSettings = { userPoolId, clientIds: ['secret', 'public'], publicClientId: 'public', domainUrl };

/** The page's app, for an API that trusts the pools. */
function docsApp(pools: Record<string, PoolSettings> = {}) {
  const log = pino({ level: 'silent' });
  const trusted = Object.entries(pools).map(([name, settings]) => createPool(name, settings));
  return createApp({
    routes: docsRoutes(readDocs(BUILT, 'fixture-api', trusted)),
    services: {},
    guard: createGuard({ pools: [], declared: {}, log, tokenCacheSize: 0 }),
    realm: '',
    log,
  });
}

/** The pools in which the page offers to sign in. */
async function offered(pools: Record<string, PoolSettings>) {
  const { text } = await request(docsApp(pools)).get('/docs');
  const [, json = ''] = /data-pools="(?<json>[^"]*)"/.exec(text) ?? [];
  return JSON.parse(json.replaceAll('&quot;', '"')) as unknown;
}

describe('the page offers to sign in', () => {
  test('in a pool that has a domain and a public client, and knows no other client', async () => {
    expect(await offered({ people: withDomain })).toEqual([
      {
        name: 'people',
        issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`,
        clientId: 'public',
        domainUrl,
        token: 'access',
      },
    ]);
  });

  test('with the ID token where the API accepts no access token', async () => {
    expect(await offered({ people: { ...withDomain, tokenUse: ['id'] } })).toMatchObject([{ token: 'id' }]);
  });

  test.each([
    ['a domain', { userPoolId, clientIds: ['public'], publicClientId: 'public' }],
    ['a public client', { userPoolId, clientIds: ['secret'], domainUrl }],
  ])('nowhere in a pool without %s', async (_what, settings) => {
    expect(await offered({ people: settings })).toEqual([]);
  });
});

describe('what the page may do', () => {
  const policyOf = async (path: string) => {
    const { headers } = await request(docsApp({ people: withDomain, others: withDomain })).get(path);
    return [headers['content-security-policy'], headers['cross-origin-opener-policy']];
  };
  const policy = (connectTo: string) =>
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src ${connectTo}; ` +
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

  test('run our own files, and call this API and the domains', async () => {
    expect(await policyOf('/docs')).toEqual([policy(`'self' ${domainUrl}`), 'same-origin-allow-popups']);
  });

  test('where managed login returns to, call this API alone, and be known to the page that opened it', async () => {
    expect(await policyOf('/docs/callback')).toEqual([policy("'self'"), 'unsafe-none']);
  });
});

test('the document is the built one', async () => {
  const { body } = await request(docsApp()).get('/openapi.json');
  expect(body).toMatchObject({ openapi: '3.1.1', paths: { '/items': { post: {} } } });
});

test.each(['page.html', 'openapi.json', '..%2fopenapi.json', 'constructor'])('%s is no asset', async (name) => {
  expect((await request(docsApp()).get(`/docs/${name}`)).status).toBe(404);
});

test('a build without the page says so instead of starting', () => {
  expect(() => readDocs(new URL('file:///nowhere/'), '', [])).toThrow(/build with DOCS=on, or set DOCS=off/);
});

test('the title is the name of the product', async () => {
  const { text } = await request(docsApp()).get('/docs');
  expect(text).toContain('<title>fixture-api</title>');
  expect(text).not.toContain('PAGE_TITLE');
});
