import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

const Links = { 'cognito:default': 'https://example.com/terms', 'cognito:french': 'https://example.com/fr' };
const document = { TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE', Links } as const;

/** A new client with terms of use. */
async function createTerms() {
  const { sdk, UserPoolId, ClientId } = await createClient(app.sdk, app.UserPoolId);
  const client = { UserPoolId, ClientId };
  const { Terms } = await sdk.createTerms({ ...client, ...document });
  return { sdk, client, terms: Terms, identified: { UserPoolId, TermsId: Terms?.TermsId } };
}

describe('terms of a client', () => {
  test('are described by their id and by their client, over a restart', async () => {
    const { sdk, client, terms, identified } = await createTerms();
    expect(terms).toMatchObject({ ...client, ...document });
    await emulator.restart();
    expect((await sdk.describeTerms(identified)).Terms).toStrictEqual(terms);
    const { Terms } = await sdk.describeTermsByClient({ ...client, TermsName: 'terms-of-use' });
    expect(Terms).toStrictEqual(terms);
    await expectRefusal(
      sdk.describeTermsByClient({ ...client, TermsName: 'privacy-policy' }),
      'ResourceNotFoundException',
      'has no terms privacy-policy',
    );
  });

  test('are updated: links are replaced, what is left out stays', async () => {
    const { sdk, identified } = await createTerms();
    const changed = { 'cognito:default': 'https://example.com/new' };
    await sdk.updateTerms({ ...identified, Links: changed });
    expect((await sdk.describeTerms(identified)).Terms).toMatchObject({ TermsName: 'terms-of-use' });
    expect((await sdk.describeTerms(identified)).Terms?.Links).toStrictEqual(changed);
  });

  test('have a name that no other terms of the client have', async () => {
    const { sdk, client, identified } = await createTerms();
    await expectRefusal(sdk.createTerms({ ...client, ...document }), 'TermsExistsException', 'already has terms');
    await sdk.createTerms({ ...client, ...document, TermsName: 'privacy-policy' });
    await expectRefusal(sdk.updateTerms({ ...identified, TermsName: 'privacy-policy' }), 'TermsExistsException');
  });

  test('are listed in pages, and deleted alone or with the client', async () => {
    const pool = await createApp(emulator);
    const client = { UserPoolId: pool.UserPoolId, ClientId: pool.ClientId };
    for (const TermsName of ['terms-of-use', 'privacy-policy'] as const)
      await pool.sdk.createTerms({ ...client, ...document, TermsName });
    const { UserPoolId } = pool;
    const first = await pool.sdk.listTerms({ UserPoolId, MaxResults: 1 });
    const last = await pool.sdk.listTerms({ UserPoolId, MaxResults: 1, NextToken: first.NextToken });
    const names = [...(first.Terms ?? []), ...(last.Terms ?? [])].map(({ TermsName }) => TermsName);
    expect(new Set(names)).toStrictEqual(new Set(['terms-of-use', 'privacy-policy']));
    expect(last.NextToken).toBeUndefined();
    const identified = { UserPoolId, TermsId: first.Terms?.[0]?.TermsId };
    await pool.sdk.deleteTerms(identified);
    await expectRefusal(pool.sdk.deleteTerms(identified), 'ResourceNotFoundException', 'do not exist');
    await pool.sdk.deleteUserPoolClient(client);
    expect((await pool.sdk.listTerms({ UserPoolId })).Terms).toStrictEqual([]);
  });

  test.each([
    ['an unknown language', { Links: { ...Links, 'cognito:klingon': 'https://example.com' } }, 'cognito:klingon'],
    ['a link that is none', { Links: { 'cognito:default': 'javascript:alert(1)' } }, 'must be a URL'],
    ['no link for other languages', { Links: { 'cognito:french': 'https://example.com' } }, 'cognito:default'],
    ['another name', { TermsName: 'cookies' }, "'termsName'"],
    ['another enforcement', { Enforcement: 'STRICT' as 'NONE' }, "'enforcement'"],
  ])('can not have %s', async (_name, change, message) => {
    const { sdk, UserPoolId, ClientId } = app;
    await expectRefusal(
      sdk.createTerms({ UserPoolId, ClientId, ...document, ...change }),
      'InvalidParameterException',
      message,
    );
  });
});
