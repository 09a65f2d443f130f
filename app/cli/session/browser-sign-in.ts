import { COMMAND_CALLBACK_URLS } from '../../platform/contract/command-callbacks.js';
import { assertCallback, browserRoundTrip } from '../browser/round-trip.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { loginLine, targetFlags, type Target } from '../state/profiles.js';
import { readSecretLines } from '../terminal/input.js';
import { openPublicClient, tokensOf, type PublicClient } from './public-client.js';
import { readClaims, type Session } from './session.js';
import { createSession } from './sign-in.js';

export interface BrowserOptions {
  /** False for --no-browser: the browser is on another computer. */
  browser?: boolean;
  timeout?: string;
}

/** How the browser came back, and the address that it came back to. */
interface Return {
  callback: string;
  parameters: URLSearchParams;
}

/**
 * Signs a person in on the pages of managed login: authorization code with PKCE, as a native app does (RFC 8252). Throws
 * `no_managed_login`, `state_mismatch`, `sign_in_refused`, `callback_malformed`, and as prompts and `browserRoundTrip` do.
 */
export async function signInByBrowser(
  context: CommandContext,
  target: Target,
  { browser = true, timeout }: BrowserOptions,
): Promise<Session> {
  const publicClient = await openPublicClient(target);
  const { oauth } = publicClient;
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(),
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
  ];
  const challenge = await oauth.calculatePKCECodeChallenge(verifier);
  // Without `scope`, Cognito gives all that the client has.
  const address = (callback: string) =>
    publicClient.address('/oauth2/authorize', {
      response_type: 'code',
      redirect_uri: callback,
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
  const { callback, parameters } = browser
    ? await openedHere(context, target, { address, timeout })
    : await openedElsewhere(context, target, { address, state });
  const exchange = exchangeCode(publicClient, { callback, parameters, verifier, state, nonce });
  const tokens = await context.terminal.wait('Signing in', exchange);
  const { username = '' } = readClaims(tokens.AccessToken);
  return {
    ...createSession(tokens, username, context.runtime.now()),
    publicClientId: publicClient.client.client_id,
  };
}

type AddressFor = (callback: string) => URL;

function openedHere(
  context: CommandContext,
  target: Target,
  { address, timeout }: { address: AddressFor; timeout: string | undefined },
): Promise<Return> {
  const password = `${commandLine('login', 'USER', '--password-stdin', ...targetFlags(target))} < FILE`;
  context.prompt.assertPossible({ message: 'a sign-in in the browser', instead: password });
  const instead = commandLine('login', '--no-browser', ...targetFlags(target));
  return browserRoundTrip(context, { target, address, purpose: 'sign in', timeout, instead });
}

async function openedElsewhere(
  { runtime, terminal, prompt }: CommandContext,
  target: Target,
  { address, state }: { address: AddressFor; state: string },
): Promise<Return> {
  const [callback] = COMMAND_CALLBACK_URLS;
  const url = address(callback);
  await assertCallback(url, callback, target);
  terminal.show(`Sign in, on any computer, at:\n  ${url.href}`);
  terminal.show('Then the browser fails to open a page of 127.0.0.1, whose address holds the code.');
  const message = 'That address, or its code';
  const instead = `${commandLine('login', '--no-browser', ...targetFlags(target))} with the address on stdin`;
  const pasted = runtime.stdin.isTTY
    ? await prompt.secret({ message, instead })
    : (await readSecretLines(runtime, ['the address or code']))[0];
  return { callback, parameters: parametersIn((pasted ?? '').trim(), { callback, state, target }) };
}

/** A code by itself comes without a state. It is safe all the same: only a code of this challenge has this verifier. */
function parametersIn(
  pasted: string,
  { callback, state, target }: { callback: string; state: string; target: Target },
) {
  if (/^[\w.~-]{1,2048}$/.test(pasted)) return new URLSearchParams({ code: pasted, state });
  if (pasted.startsWith(`${callback}?`)) return new URL(pasted).searchParams;
  throw new Failure('inputNeeded', 'callback_malformed', {
    message: `What was given is neither a code nor an address that begins with ${callback}?`,
    hint: `Sign in again, and copy the whole address: ${loginLine(undefined, target)} --no-browser`,
  });
}

interface Exchange extends Return {
  verifier: string;
  state: string;
  nonce: string;
}

function exchangeCode(
  { oauth, server, client, send }: PublicClient,
  { callback, parameters, verifier, state, nonce }: Exchange,
) {
  return send(async (options) => {
    const valid = oauth.validateAuthResponse(server, client, parameters, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      valid,
      callback,
      verifier,
      options,
    );
    const checks = { expectedNonce: nonce, requireIdToken: true };
    return tokensOf(await oauth.processAuthorizationCodeResponse(server, client, response, checks));
  });
}
