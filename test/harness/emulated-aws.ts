import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export const REGION = 'eu-west-1';

/** An emulated AWS in memory, empty at first. */
export interface Emulator {
  readonly url: string;
  /** What AWS's tools read: the emulator's address and made-up credentials, never the developer's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same, for a client of the AWS SDK. */
  readonly client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** Where the emulator publishes the keys of a pool. */
  jwksUri(userPoolId: string): string;
  stop(): Promise<void>;
}

export async function startEmulator(): Promise<Emulator> {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Codes of authenticator apps are checked.
    env: { ...process.env, MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP: 'true' },
  });
  const kill = () => child.kill();
  process.once('exit', kill);
  const exited = once(child, 'exit');

  const url = await Promise.race([
    firstMatch(child.stderr, /Running on (?<url>http:\/\/127\.0\.0\.1:\d+)/),
    exited.then(([status]) => Promise.reject(new Error(`moto_server ended with ${status} before it listened`))),
  ]);
  child.stderr.resume();

  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: REGION,
      // For version 1 of the AWS CLI.
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'emulated',
      AWS_SECRET_ACCESS_KEY: 'emulated',
    },
    client: { endpoint: url, region: REGION, credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' } },
    jwksUri: (userPoolId) => `${url}/${userPoolId}/.well-known/jwks.json`,
    async stop() {
      process.off('exit', kill);
      child.kill();
      await exited;
    },
  };
}

async function firstMatch(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  for await (const line of createInterface(stream)) {
    const url = pattern.exec(line)?.groups?.['url'];
    if (url) return url;
  }
  throw new Error('moto_server wrote no address');
}
