import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AuthenticationResultType, CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { Machines, Profile, ProfilePool } from '../../../app/platform/contract/profile.js';
import { scratchDirectory, startServer } from '../../harness/server-process.js';
import { connect } from '../emulator.js';
import { allowPage, openBrowser, signInAt } from '../managed-login/browser.js';

/** What `npm start` runs, for client libraries to be tried on. */
export interface Running {
  /** LOCAL_DIR. */
  readonly dir: string;
  readonly profile: Profile;
  readonly machines: Machines;
  /** An administrator of the local Cognito. */
  readonly sdk: CognitoIdentityProvider;
  pool(name: string): ProfilePool & { readonly publicClientId: string };
  /** Lets people sign up in the pool, with an e-mail address that a code verifies, and use an authenticator app. */
  openSignUp(pool: string): Promise<void>;
  /** Signs in through the pool's public client. */
  signIn(pool: string, username: string, password: string): Promise<AuthenticationResultType>;
  /** Lets managed login return to the page as well, through one of the pool's clients. */
  allowPage(pool: string, page: string, client?: 'clientId' | 'publicClientId'): Promise<void>;
  /**
   * Runs a script of `scripts/` in a process that trusts the local certificate; resolves to what it reports. Where the
   * script wants an address to be opened, `browse` resolves to the one that the browser comes back to.
   */
  run(script: string, setup: object, browse?: (address: string) => Promise<string>): Promise<unknown>;
  /** Both streams so far. */
  output(): string;
  stop(): Promise<void>;
}

export async function startRunning(env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const directory = await scratchDirectory();
  const dir = directory.path;
  const server = await startServer({ LOCAL_DIR: dir, ...env });
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(dir, name), 'utf8'));
  const profile = (await read('profile.json')) as Profile;
  // Suites take seconds between its calls: the server may just be closing the connection that the next one is sent on.
  const sdk = connect(profile.cognitoEndpoint, { maxAttempts: 3 });

  function pool(name: string) {
    const { publicClientId, ...others } = profile.pools[name] ?? {};
    if (publicClientId === undefined) throw new Error(`The profile has no pool ${name} with a public client.`);
    return { ...(others as ProfilePool), publicClientId };
  }

  return {
    dir,
    profile,
    machines: (await read('machines.json')) as Machines,
    sdk,
    pool,
    async openSignUp(name) {
      const { userPoolId: UserPoolId } = pool(name);
      await sdk.updateUserPool({
        UserPoolId,
        AutoVerifiedAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      });
      const SoftwareTokenMfaConfiguration = { Enabled: true };
      await sdk.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration });
    },
    async signIn(name, USERNAME, PASSWORD) {
      const { AuthenticationResult = {} } = await sdk.initiateAuth({
        ClientId: pool(name).publicClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD },
      });
      return AuthenticationResult;
    },
    allowPage: (name, page, client = 'publicClientId') =>
      allowPage(sdk, { UserPoolId: pool(name).userPoolId, ClientId: pool(name)[client] }, page),
    async run(script, setup, browse) {
      const { apiUrl, cognitoEndpoint: endpoint } = profile;
      const env = {
        PATH: process.env['PATH'],
        NODE_EXTRA_CA_CERTS: join(dir, 'cognito-ca.pem'),
        SETUP: JSON.stringify({ dir, apiUrl, endpoint, ...setup }),
      };
      const child = spawn(process.execPath, [`test/local/clients/scripts/${script}.js`], { env });
      const ended = once(child, 'close') as Promise<[number | null]>;
      let [reported, complaint] = ['', ''];
      child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
      for await (const line of createInterface(child.stdout)) {
        const [, address] = /^open (?<address>\S+)$/u.exec(line) ?? [];
        if (address !== undefined) child.stdin.write(`${await browse?.(address)}\n`);
        else reported = line;
      }
      const [status] = await ended;
      if (status !== 0) throw new Error(`${script} ended with ${status}: ${complaint}`);
      return JSON.parse(reported) as unknown;
    },
    output: () => server.output(),
    async stop() {
      sdk.destroy();
      server.kill('SIGTERM');
      await server.exited;
      await directory.remove();
    },
  };
}

/** A browser for scripts, in which the person signs in; resolves to where managed login sends it back to. */
export const signInAs = (running: () => Running, username: string) => async (address: string) => {
  const { cognitoEndpoint } = running().profile;
  const { pathname, search } = new URL(address);
  const { location } = await signInAt(
    openBrowser(() => cognitoEndpoint),
    `${pathname}${search}`,
    username,
  );
  return location.href;
};
