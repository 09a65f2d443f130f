import type * as OAuth from 'oauth4webapi';
import { isUnreachable } from '../aws/aws-error.js';
import { Failure, fetchErrorReason } from '../failure.js';
import { isLoopback } from '../state/hosts.js';
import { loginLine, renewProfileHint, type Target } from '../state/profiles.js';
import { printableLine } from '../terminal/printable.js';

const TIMEOUT_MS = 5_000;
/** Tokens come straight from the pool's domain, and this computer's clock may be wrong: their lifetimes alone count. */
const CLOCK_TOLERANCE_SECONDS = 10 * 365 * 86_400;

/** The pool's client without a secret, at the pool's domain. */
export interface PublicClient {
  readonly oauth: typeof OAuth;
  readonly server: OAuth.AuthorizationServer;
  readonly client: OAuth.Client;
  /** An address at the domain with the client's id. */
  readonly address: (path: string, parameters: Readonly<Record<string, string>>) => URL;
  /** Sends a request with options for it. Throws `unreachable`, `sign_in_refused` and `response_malformed`. */
  readonly send: <T>(request: (options: { signal: AbortSignal }) => Promise<T>) => Promise<T>;
}

/** Throws `no_managed_login` for a pool without a domain or without a public client. Loads the OAuth library. */
export async function openPublicClient(target: Target): Promise<PublicClient> {
  const { profileName, poolName, pool } = target;
  const { domainUrl, publicClientId, issuer } = pool;
  if (!domainUrl || !publicClientId) {
    throw new Failure('usage', 'no_managed_login', {
      message: `Nobody signs in to pool ${poolName} of profile ${profileName} by browser: the profile has no ${domainUrl ? 'publicClientId' : 'domainUrl'} for it.`,
      hint: `Sign in with a password: ${loginLine('USER', target)}; or, if the pool has a domain by now: ${renewProfileHint(profileName)}`,
    });
  }
  const oauth = await import('oauth4webapi');
  const isLocal = isLoopback(new URL(domainUrl).hostname);
  return {
    oauth,
    server: {
      issuer,
      token_endpoint: `${domainUrl}/oauth2/token`,
      revocation_endpoint: `${domainUrl}/oauth2/revoke`,
    },
    client: { client_id: publicClientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
    address: (path, parameters) => {
      const url = new URL(path, domainUrl);
      url.search = new URLSearchParams({ client_id: publicClientId, ...parameters }).toString();
      return url;
    },
    send: async (request) => {
      try {
        const options = { signal: AbortSignal.timeout(TIMEOUT_MS), [oauth.allowInsecureRequests]: isLocal };
        return await request(options);
      } catch (error) {
        throw oauthFailure(error, { oauth, target, domain: new URL(domainUrl) });
      }
    },
  };
}

interface Attempt {
  oauth: typeof OAuth;
  target: Target;
  domain: URL;
}

function oauthFailure(error: unknown, { oauth, target, domain }: Attempt): unknown {
  const again = loginLine(undefined, target);
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
    return new OAuthRefusal(error.error, error.error_description, { domain, again });
  if (isUnreachable(error)) return unreachable(domain, fetchErrorReason(error), error);
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    const isState = error.message.includes('"state"');
    return new Failure('refused', isState ? 'state_mismatch' : 'response_malformed', {
      message: isState
        ? 'The browser came back from another sign-in than the one that this command started: its state differs. Nothing was used of it.'
        : `The response of ${domain.host} is not as it should be: ${error.message}.`,
      hint: `Sign in again: ${again}`,
    });
  }
  return error;
}

/** The pool's domain gives no answer. */
export function unreachable({ origin }: URL, reason: string, cause?: unknown): Failure {
  return new Failure('unreachable', 'unreachable', {
    message: `${origin} is unreachable: ${reason}`,
    hint: 'Check that it runs (`npm start` for the profile local) and that the network is up, then run the command again.',
    cause,
  });
}

/** What the domain refused: a code of RFC 6749 section 4.1.2.1 or 5.2. */
export class OAuthRefusal extends Failure {
  readonly oauthCode: string;

  constructor(oauthCode: string, description: string | undefined, { domain, again }: { domain: URL; again: string }) {
    const reason = printableLine(description ? `${oauthCode} (${description})` : oauthCode);
    super('refused', 'sign_in_refused', {
      message: `${domain.host} refused the sign-in: ${reason}.`,
      hint: `Sign in again: ${again}`,
    });
    this.oauthCode = oauthCode;
  }
}

/** The tokens of a response, as the operations of Cognito return them. */
export function tokensOf({ access_token, id_token, refresh_token }: OAuth.TokenEndpointResponse) {
  return {
    AccessToken: access_token,
    ...(id_token !== undefined && { IdToken: id_token }),
    ...(refresh_token !== undefined && { RefreshToken: refresh_token }),
  };
}
