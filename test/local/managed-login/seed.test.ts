import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { ManagedLogin } from '../../../app/platform/contract/managed-login.js';
import { defineAccess } from '../../../app/platform/contract/pools.js';
import type { LocalCognito } from '../../../app/local/start.js';
import { declaration, regular } from '../seed/declaration.js';
import { claimsOf } from '../emulator.js';
import { poolOf } from '../local-cognito.js';
import { newDirectory, removeDirectories } from '../local-directory.js';
import { openBrowser, pkce, signInAt } from './browser.js';

afterAll(removeDirectories);

const DOCS = 'http://127.0.0.1:3000/docs/callback';

function loginPath(local: LocalCognito, redirect_uri: string, challenge = pkce().challenge) {
  const client_id = poolOf(local, 'customers').publicClientId;
  const query = { response_type: 'code', client_id, redirect_uri, code_challenge: challenge };
  return `/oauth2/authorize?${new URLSearchParams({ ...query, code_challenge_method: 'S256' }).toString()}`;
}

/** Whether managed login returns to the address. */
async function returnsTo(local: LocalCognito, address: string) {
  const browser = openBrowser(() => local.cognitoEndpoint);
  return (await browser.get(loginPath(local, address))).status === 303;
}

const declaring = (managedLogin: ManagedLogin) => ({
  ...declaration,
  pools: defineAccess(declaration.product.name, { customers: { managedLogin } }).document,
  users: [regular],
});

test('a local user signs in to the docs page’s address, and gets tokens without a scope of the pool', async () => {
  const directory = await newDirectory();
  await directory.run(declaration, async (local) => {
    const { verifier, challenge } = pkce();
    const browser = openBrowser(() => local.cognitoEndpoint);
    const { location } = await signInAt(browser, loginPath(local, DOCS, challenge), 'regular');
    expect(`${location.origin}${location.pathname}`).toBe(DOCS);
    const response = await fetch(`${local.cognitoEndpoint}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: poolOf(local, 'customers').publicClientId,
        code: location.searchParams.get('code') ?? '',
        redirect_uri: DOCS,
        code_verifier: verifier,
      }),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    expect(claimsOf(access_token)['scope']).toBe('openid email profile aws.cognito.signin.user.admin');
    const out = `/logout?client_id=${poolOf(local, 'customers').publicClientId}&logout_uri=${DOCS}`;
    expect((await browser.get(out)).location.href).toBe(DOCS);
  });
});

test('declared addresses are added to the docs page’s, also those that are declared anew; the id stays', async () => {
  const directory = await newDirectory();
  const before = await directory.run(declaration);
  const pages = declaring({ callbackUrls: ['http://localhost:5173/'] });
  const after = await directory.run(pages, async (local) => {
    expect(local.changes['customers']).toStrictEqual(['set the managed login of the public client']);
    expect([await returnsTo(local, 'http://localhost:5173/'), await returnsTo(local, DOCS)]).toStrictEqual([
      true,
      true,
    ]);
  });
  expect(poolOf(after, 'customers').publicClientId).toBe(poolOf(before, 'customers').publicClientId);
  const again = await directory.run(pages);
  expect(again.changes).toStrictEqual({});
});

test('declared scopes and rotation take the place of the defaults', async () => {
  const directory = await newDirectory();
  const declared = {
    callbackUrls: [DOCS] as [string],
    scopes: ['openid'] as [string],
    rotationGraceSeconds: 0,
  };
  await directory.run(declaring(declared), async (local) => {
    const { verifier, challenge } = pkce();
    const client_id = poolOf(local, 'customers').publicClientId;
    const post = async (body: Record<string, string>) => {
      const url = `${local.cognitoEndpoint}/oauth2/token`;
      const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ client_id, ...body }) });
      return (await response.json()) as { access_token: string; refresh_token: string };
    };
    const browser = openBrowser(() => local.cognitoEndpoint);
    const { location } = await signInAt(browser, loginPath(local, DOCS, challenge), 'regular');
    const code = location.searchParams.get('code') ?? '';
    const grant = { grant_type: 'authorization_code', code, redirect_uri: DOCS, code_verifier: verifier };
    const { access_token, refresh_token } = await post(grant);
    expect(claimsOf(access_token)['scope']).toBe('openid');
    const renewal = { grant_type: 'refresh_token', refresh_token };
    expect((await post(renewal)).refresh_token).not.toBe(refresh_token);
    expect(await post(renewal)).toStrictEqual({
      error: 'invalid_grant',
      error_description: 'Refresh Token has been replaced by rotation',
    });
  });
});

test('a directory of the version before managed login gets the addresses', async () => {
  const directory = await newDirectory();
  await directory.run(declaration);
  const path = join(directory.path, 'seeded.json');
  const written = await readFile(path, 'utf8');
  await writeFile(path, written.replaceAll(/,?\s*"managedLogin":\s*\{[^{}]*\}/gu, ''));
  expect(await readFile(path, 'utf8')).not.toBe(written);
  await directory.run(declaration, async (local) => expect(await returnsTo(local, DOCS)).toBe(true));
});

test('an address that Cognito refuses stops the start, and is named', async () => {
  const directory = await newDirectory();
  const declared = declaring({ callbackUrls: ['https://app.example/'] });
  const pools = JSON.parse(JSON.stringify(declared.pools).replace('https:', 'http:')) as typeof declared.pools;
  await expect(directory.run({ ...declared, pools })).rejects.toThrow(
    'The local Cognito refuses pool customers as it is declared: http://app.example/ cannot use the HTTP protocol.',
  );
});

test('the document of the pools carries the addresses with the public client', () => {
  const managedLogin = { callbackUrls: ['http://localhost:5173/'] as const, logoutUrls: ['http://localhost:5173/out'] };
  const { document } = defineAccess('fixture-api', { customers: { managedLogin } });
  expect(document['customers']?.clients['public']).toStrictEqual({ type: 'people', secret: false, managedLogin });
});
