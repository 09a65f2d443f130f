/** Managed login of a pool's client without a secret: pages of Cognito's that sign people in, with a code and PKCE. */
export interface ManagedLogin {
  /** Where people return with a code, letter for letter: absolute, plain HTTP on loopback alone; 1 to 100. */
  readonly callbackUrls: readonly [string, ...string[]];
  /** Where they return after signing out, likewise; none by default. */
  readonly logoutUrls?: readonly string[];
  /** What the client may ask for: `OPENID_SCOPES`, and scopes of the pool in full; the former without `phone` by default. A scope of the pool is then everyone's. */
  readonly scopes?: readonly [string, ...string[]];
  /** Each renewal gives another refresh token, and the one before works for so many seconds more, 0 to 60; by default it stays the same. */
  readonly rotationGraceSeconds?: number;
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html */
export const OPENID_SCOPES = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

const MAX_ADDRESSES = 100;
const MAX_ADDRESS_CHARS = 1024;
const MAX_GRACE_SECONDS = 60;

const HTTPS = /^https:\/\/[^\s#/?@*]+([/?][^\s#]*)?$/;
const HTTP = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?([/?][^\s#]*)?$/;
/** RFC 8252 section 7.1. */
const APP = /^[a-z][a-z0-9+.-]*:\/[^\s#]+$/;

const isAddress = (text: string) =>
  text.length <= MAX_ADDRESS_CHARS &&
  (HTTPS.test(text) || HTTP.test(text) || (APP.test(text) && !/^https?:/.test(text)));

/**
 * What Cognito, and with the same words a plan of Terraform, refuses. `declared` are the pool's own scopes, in full.
 * Throws an Error that says what to fix.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export function assertManagedLogin(pool: string, managedLogin: ManagedLogin, declared: readonly string[]) {
  const { callbackUrls, logoutUrls = [], scopes = [], rotationGraceSeconds = 0 } = managedLogin;
  const refuse = (sentence: string) => {
    throw new Error(`Pool ${pool}: ${sentence}`);
  };
  if (callbackUrls.length < 1 || callbackUrls.length > MAX_ADDRESSES || logoutUrls.length > MAX_ADDRESSES) {
    refuse('managed login takes 1 to 100 addresses to return to with a code, and up to 100 to return to signed out.');
  }
  const refused = [...callbackUrls, ...logoutUrls].filter((address) => !isAddress(address));
  if (refused.length > 0) {
    refuse(
      `managed login can't return to ${refused.join(', ')}: an address is absolute, has no fragment and no space, and is https://, an app's own scheme, or http:// on localhost, 127.0.0.1 or [::1].`,
    );
  }
  const unknown = scopes.filter((scope) => !OPENID_SCOPES.includes(scope) && !declared.includes(scope));
  if (unknown.length > 0) {
    refuse(
      `no such scope: ${unknown.join(', ')}. Managed login gives ${OPENID_SCOPES.join(', ')}, and what the pool declares, written RESOURCE_SERVER/NAME.`,
    );
  }
  if (!Number.isInteger(rotationGraceSeconds) || rotationGraceSeconds < 0 || rotationGraceSeconds > MAX_GRACE_SECONDS) {
    refuse('a refresh token works for 0 to 60 whole seconds after another took its place.');
  }
}
