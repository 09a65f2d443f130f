import { ErrorResponse, InMemoryWebStorage, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import { DOCS_CALLBACK_PATH } from '../callback-path.js';
import type { LoginPool } from './login-pool.js';

const CALLBACK = `${location.origin}${DOCS_CALLBACK_PATH}`;

/**
 * Signs a person in to a pool: authorization code with PKCE, in a window of its own, so that the page keeps the tokens of
 * the other pools. Tokens are in memory alone; session storage holds state, nonce and verifier until the window is back.
 */
export class PoolSession {
  readonly name: string;
  readonly #pool: LoginPool;
  readonly #manager: UserManager;
  readonly #afterRefusal: (error: unknown) => Promise<void>;

  /** `changed` is called with who is signed in from now on, and, after a renewal that was refused, with the reason. */
  constructor(pool: LoginPool, changed: (user: User | null, reason?: string) => void) {
    const { name, issuer, clientId, domainUrl } = pool;
    this.name = name;
    this.#pool = pool;
    this.#manager = new UserManager({
      authority: issuer,
      metadata: {
        issuer,
        authorization_endpoint: `${domainUrl}/oauth2/authorize`,
        token_endpoint: `${domainUrl}/oauth2/token`,
        revocation_endpoint: `${domainUrl}/oauth2/revoke`,
      },
      client_id: clientId,
      redirect_uri: CALLBACK,
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      stateStore: new WebStorageStateStore({ store: sessionStorage }),
      revokeTokenTypes: ['refresh_token'],
    });
    const { events } = this.#manager;
    events.addUserLoaded((user) => changed(user));
    events.addUserUnloaded(() => changed(null));
    this.#afterRefusal = async (error) => {
      if (!(error instanceof ErrorResponse)) return;
      await this.#manager.removeUser();
      changed(null, error.message);
    };
    events.addSilentRenewError(this.#afterRefusal);
  }

  /** Throws an Error that says why nobody is signed in. */
  async signIn(): Promise<void> {
    try {
      await this.#manager.signinPopup({ nonce: crypto.randomUUID() });
    } catch (error) {
      // What the library says of a window that it could not open.
      if (!/disposed window/.test(String(error))) throw error;
      throw new Error('The browser blocked the window of the sign-in: allow this page to open windows.', {
        cause: error,
      });
    }
  }

  /** Ends the browser's session at the domain, the refresh token, and then what is known here. */
  async signOut(): Promise<void> {
    const query = new URLSearchParams({ client_id: this.#pool.clientId, logout_uri: CALLBACK });
    window.open(`${this.#pool.domainUrl}/logout?${query.toString()}`, '_blank', 'popup,width=480,height=640');
    try {
      await this.#manager.revokeTokens();
    } finally {
      await this.#manager.removeUser();
    }
  }

  /**
   * A token that has not expired; undefined where nobody is signed in. It is renewed a minute before its end, and here
   * where the machine slept through that. Throws an Error where it can't be renewed.
   */
  async token(): Promise<string | undefined> {
    const user = await this.#manager.getUser();
    const valid = user?.expired ? await this.#renew() : user;
    return this.#pool.token === 'id' ? valid?.id_token : valid?.access_token;
  }

  async #renew(): Promise<User | null> {
    try {
      return await this.#manager.signinSilent();
    } catch (error) {
      await this.#afterRefusal(error);
      throw error;
    }
  }
}
