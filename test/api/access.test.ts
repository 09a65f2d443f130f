import { expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import { COMMAND_CALLBACK_URLS } from '../../app/platform/contract/command-callbacks.js';
import { pageOrigins } from '../../app/platform/contract/page-origins.js';

test.each(Object.entries(access.document))(
  'pool %s lets `login` come back from the browser, also in AWS',
  (_name, { clients }) => {
    const urls = expect.arrayContaining([...COMMAND_CALLBACK_URLS]) as unknown;
    expect(clients['public']).toMatchObject({ secret: false, managedLogin: { callbackUrls: urls, logoutUrls: urls } });
  },
);

test('the front end of app/README.md may call the API, and no other page', () => {
  expect(pageOrigins(access.document)).toEqual(['http://localhost:5173']);
});
