import type * as Sdk from '@aws-sdk/client-cognito-identity-provider';
import type { Profile } from '../../platform/contract/profile.js';
import { Failure } from '../failure.js';
import { isLoopback, maySignFor } from '../state/hosts.js';
import type { Terminal } from '../terminal/terminal.js';
import { failureOf } from './aws-error.js';

/** The AWS SDK tries three times, so that a call ends within 15 s. */
const MAX_ATTEMPTS = 3;
const CONNECTION_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 4_500;

/** What an emulator gets where AWS would get the operator's credentials. */
export const EMULATOR_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Cognito's SDK, loaded on first use, and a client of it whose errors are Failures. */
export interface Cognito {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.CognitoIdentityProviderClient;
  /** Cognito's own time at its last answer, in milliseconds since the epoch, a whole second; undefined before the first. */
  readonly serverTime: () => number | undefined;
}

/**
 * A client for the profile's endpoint. Only Cognito itself gets the operator's credentials: another endpoint, on loopback
 * or on a host that the profile allows, gets made-up ones.
 */
export async function openCognito({ region, cognitoEndpoint }: Profile, terminal: Terminal): Promise<Cognito> {
  const { hostname } = new URL(cognitoEndpoint);
  const isEmulator = isLoopback(hostname) || !maySignFor(hostname);
  const sdk = await import('@aws-sdk/client-cognito-identity-provider');
  const client = new sdk.CognitoIdentityProviderClient({
    ...clientOptions(region),
    ...(isEmulator && { endpoint: cognitoEndpoint, credentials: EMULATOR_CREDENTIALS }),
  });
  instrument(client, { service: 'Cognito', terminal, signsAsOperator: !isEmulator });
  return { sdk, client, serverTime: watchServerTime(client) };
}

/** By the Date header (RFC 9110 section 6.6.1) of each answer: this computer's clock may be wrong. */
function watchServerTime({ middlewareStack }: Sdk.CognitoIdentityProviderClient) {
  let time: number | undefined;
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      const date = Date.parse(headers?.['date'] ?? '');
      if (!Number.isNaN(date)) time = date;
      return result;
    },
    { step: 'deserialize', name: 'watchServerTime' },
  );
  return () => time;
}

/** Options of every client. */
export function clientOptions(region: string, requestTimeout = REQUEST_TIMEOUT_MS) {
  return {
    region,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout,
      throwOnRequestTimeout: true,
    },
  };
}

interface MiddlewareStack {
  add(
    middleware: (
      next: (args: never) => Promise<unknown>,
      context: { commandName?: string },
    ) => (args: never) => Promise<never>,
    options: { step: 'initialize' | 'build'; priority: 'high' | 'low' },
  ): void;
}

interface Instrumentation {
  service: string;
  terminal: Terminal;
  signsAsOperator: boolean;
}

/**
 * Makes a client print each call under --verbose and fail with Failures, and, if it has the operator's credentials, refuse
 * with `host_not_aws` to sign for a host that is neither AWS's nor loopback, whatever endpoint the environment names.
 */
export function instrument(client: object, { service, terminal, signsAsOperator }: Instrumentation): void {
  // The SDK's own type of a middleware stack names each client's commands, which don't matter here.
  const { middlewareStack } = client as { middlewareStack: MiddlewareStack };
  middlewareStack.add(
    (next, { commandName = 'call' }) =>
      async (args) => {
        const name = `${service} ${commandName.replace(/Command$/, '')}`;
        const started = performance.now();
        const report = (outcome: string) =>
          terminal.detail(`${name}: ${outcome}, ${Math.round(performance.now() - started)} ms`);
        try {
          const result = await next(args);
          report('ok');
          return result as never;
        } catch (error) {
          report(error instanceof Error ? error.name : 'failed');
          throw failureOf(error, service, (args as { input: unknown }).input);
        }
      },
    { step: 'initialize', priority: 'high' },
  );
  if (!signsAsOperator) return;
  middlewareStack.add(
    (next) => async (args) => {
      const { hostname } = (args as { request: { hostname: string } }).request;
      if (!maySignFor(hostname)) throw notAws(hostname, service);
      return (await next(args)) as never;
    },
    { step: 'build', priority: 'low' },
  );
}

function notAws(hostname: string, service: string) {
  return new Failure('refused', 'host_not_aws', {
    message: `${service} would be called at ${hostname}, which is neither AWS's nor loopback: your AWS credentials sign nothing for it.`,
    hint: 'Unset AWS_ENDPOINT_URL and its like, also in the AWS configuration file.',
  });
}
