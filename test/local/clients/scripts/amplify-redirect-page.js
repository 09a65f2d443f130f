// Runs in a browser: Amplify as it stands, whose redirects go to https://DOMAIN alone.
import { Amplify } from 'aws-amplify';
import { fetchAuthSession, getCurrentUser, signInWithRedirect, signOut } from 'aws-amplify/auth';
import 'aws-amplify/auth/enable-oauth-listener';
import { Hub } from 'aws-amplify/utils';

const { userPoolId, publicClientId, domain, apiUrl } = globalThis.setup;
const page = `${location.origin}/`;
Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId,
      userPoolClientId: publicClientId,
      userPoolEndpoint: `https://${domain}`,
      loginWith: {
        oauth: {
          domain,
          scopes: ['openid', 'profile', 'aws.cognito.signin.user.admin'],
          redirectSignIn: [page],
          redirectSignOut: [page],
          responseType: 'code',
        },
      },
    },
  },
});

const show = (text) => (document.querySelector('output').value = text);

Hub.listen('auth', async ({ payload: { event, data } }) => {
  if (event === 'signInWithRedirect_failure') show(`Refused: ${data.error.message}`);
  if (event !== 'signInWithRedirect') return;
  const { username } = await getCurrentUser();
  const { tokens } = await fetchAuthSession({ forceRefresh: true });
  const statuses = [tokens.accessToken, tokens.idToken].map(async (token) => {
    const response = await fetch(`${apiUrl}/me`, { headers: { authorization: `Bearer ${String(token)}` } });
    return response.status;
  });
  show(`Signed in: ${username}, ${(await Promise.all(statuses)).join(' ')}`);
});

document.querySelector('#sign-in').addEventListener('click', () => signInWithRedirect());
document.querySelector('#sign-out').addEventListener('click', () => signOut());
