import { UserManager } from 'oidc-client-ts';

const { href, search, origin, pathname } = location;
// The code has no place in the history.
history.replaceState(null, '', pathname);

// After a sign-out there is nothing to hand over. After a sign-in the page that opened this window checks the address and
// closes the window; where that page is gone, this one stays, and says so.
if (search === '') window.close();
else {
  const settings = { authority: origin, client_id: '-', redirect_uri: origin, automaticSilentRenew: false };
  new UserManager(settings).signinPopupCallback(href).catch(() => undefined);
}
