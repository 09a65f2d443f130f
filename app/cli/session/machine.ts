import { isUnreachable } from '../aws/aws-failure.js';
import { Failure, systemCode } from '../failure.js';
import type { MachineClient } from '../state/profile.js';
import type { Target } from '../state/profiles.js';
import { MACHINE, type Session } from './session.js';
import { sessionFrom } from './sign-in.js';
import type { Terminal } from '../terminal/terminal.js';

const DEADLINE_MS = 5_000;

/**
 * The client credentials grant (RFC 6749 section 4.4), with the profile's machine client. Throws Failures.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export async function signInMachine(target: Target, terminal: Terminal, now: () => number): Promise<Session> {
  const { machine } = target.pool;
  if (!machine) {
    throw new Failure('usage', 'machine_missing', {
      message: `Pool ${target.poolName} of profile ${target.profileName} has no machine client.`,
      hint: 'Name a pool that has one with --pool, such as --pool staff.',
    });
  }
  const url = machine.tokenUrl ?? (await discoverTokenUrl(target.pool.issuer, terminal));
  const reply = await ask(url, terminal, {
    method: 'POST',
    headers: { authorization: basic(machine), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: machine.scopes.join(' ') }).toString(),
  });
  const { access_token: token, error } = reply;
  if (typeof token !== 'string') throw refused(typeof error === 'string' ? error : 'no token came');
  return sessionFrom({ AccessToken: token }, MACHINE, now());
}

/** client_secret_basic, RFC 6749 section 2.3.1. */
const basic = ({ clientId, clientSecret }: MachineClient) =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

/** OpenID Connect Discovery 1.0 section 4. */
async function discoverTokenUrl(issuer: string, terminal: Terminal): Promise<string> {
  const { token_endpoint: url } = await ask(`${issuer}/.well-known/openid-configuration`, terminal, {});
  if (typeof url === 'string' && url.startsWith(issuer.startsWith('https:') ? 'https:' : 'http')) return url;
  throw new Failure('unexpected', 'token_url_missing', {
    message: `${issuer} names no token endpoint: the pool has no domain.`,
    hint: 'Give the pool a domain (input `domain` of the Terraform module user-pool) and apply.',
  });
}

async function ask(url: string, terminal: Terminal, request: RequestInit): Promise<Record<string, unknown>> {
  try {
    const response = await fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(DEADLINE_MS) });
    terminal.detail(`${request.method ?? 'GET'} ${url}: ${response.status}`);
    return (await response.json()) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) throw refused('the answer is not JSON');
    const reason = systemCode(error) ?? systemCode((error as Error).cause) ?? (error as Error).message;
    throw new Failure(isUnreachable(error) ? 'unreachable' : 'unexpected', 'unreachable', {
      message: `${url} can't be reached: ${reason}`,
      hint: 'See that it runs and that the network is up, then run the command again.',
      cause: error,
    });
  }
}

function refused(why: string) {
  return new Failure('refused', 'machine_refused', {
    message: `The token endpoint refused the machine client: ${why}.`,
    hint: 'See that the profile has its client id, secret and scopes: pizza doctor.',
  });
}
