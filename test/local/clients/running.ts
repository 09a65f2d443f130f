import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AuthenticationResultType, CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { Machines, Profile, ProfilePool } from '../../../app/platform/contract/profile.js';
import { scratchDirectory, startServer } from '../../harness/server-process.js';
import { connect } from '../emulator.js';

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
  /** Runs a script of `scripts/` in a process that trusts the local certificate; resolves to what it reports. */
  run(script: string, setup: object): Promise<unknown>;
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
  const sdk = connect(profile.cognitoEndpoint);

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
    async run(script, setup) {
      const { apiUrl, cognitoEndpoint: endpoint } = profile;
      const env = {
        PATH: process.env['PATH'],
        NODE_EXTRA_CA_CERTS: join(dir, 'cognito-ca.pem'),
        SETUP: JSON.stringify({ dir, apiUrl, endpoint, ...setup }),
      };
      const { stdout } = await promisify(execFile)(process.execPath, [`test/local/clients/scripts/${script}.js`], {
        env,
      });
      return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
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
