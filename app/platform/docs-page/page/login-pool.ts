/** A pool whose people sign in on the page; all of it is public. */
export interface LoginPool {
  readonly name: string;
  readonly issuer: string;
  /** Of the client without a secret. */
  readonly clientId: string;
  /** Where managed login and the OAuth endpoints are, without a slash at the end. */
  readonly domainUrl: string;
  /** The kind of token that the API accepts. */
  readonly token: 'access' | 'id';
}
