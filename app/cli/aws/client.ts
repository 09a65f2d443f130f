import type { Terminal } from '../terminal/terminal.js';
import { awsFailure } from './aws-failure.js';
import { isLoopback, type Profile } from '../state/profile.js';

/** Milliseconds; the AWS SDK tries three times, so that a call ends within 15 s. */
const CONNECT_MS = 2_000;
const ANSWER_MS = 4_500;

/** How clients are made for a profile: an emulator on this machine asks for no AWS account. */
export function clientSettings({ region, cognitoEndpoint }: Profile, service: 'cognito' | 'other') {
  const url = new URL(cognitoEndpoint);
  const isLocal = isLoopback(url);
  const isOurs = service === 'cognito' && !/\.amazonaws\.com(?:\.cn)?$/.test(url.hostname);
  return {
    region,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
    ...(isOurs && { endpoint: cognitoEndpoint }),
    ...(isOurs && isLocal && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  };
}

interface Instrumented {
  middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<unknown>,
        context: { commandName?: string },
      ) => (args: never) => Promise<never>,
      options: { step: 'initialize'; priority: 'high' },
    ): void;
  };
}

/** Every call of the client is told under --verbose, and ends in a Failure where it fails. */
export function instrument(client: object, service: string, terminal: Terminal): void {
  // The SDK's own type of a middleware stack names each client's commands, and nothing here depends on them.
  (client as Instrumented).middlewareStack.add(
    (next, { commandName = 'call' }) =>
      async (args) => {
        const name = `${service} ${commandName.replace(/Command$/, '')}`;
        const started = performance.now();
        const tell = (outcome: string) =>
          terminal.detail(`${name}: ${outcome}, ${Math.round(performance.now() - started)} ms`);
        try {
          const result = await next(args);
          tell('ok');
          return result as never;
        } catch (error) {
          tell(error instanceof Error ? error.name : 'failed');
          throw awsFailure(error, service, (args as { input: unknown }).input);
        }
      },
    { step: 'initialize', priority: 'high' },
  );
}
