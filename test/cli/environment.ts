import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { AuthorizerDocument, AuthorizerRoute } from '../../app/platform/contract/authorizer.js';
import type { GatewayRoute } from '../../app/platform/contract/gateway.js';
import type { Machines, Profile } from '../../app/platform/contract/profile.js';
import { product } from '../harness/fixture-api/product.js';
import { startServer } from '../harness/server-process.js';
import { BIN, BUILD, COMMAND, resultOf, runInHost, runInProcess, type Result } from './command.js';

export { BIN, COMMAND, product, resultOf, type Result };

export const PASSWORD = 'Passw0rd!';

export interface RunOptions {
  input?: string;
  env?: Record<string, string | undefined>;
}

/** A person with a home directory and the built command. */
export interface Person {
  home: string;
  /** Where tokens and profiles are stored. */
  state: string;
  env: Record<string, string | undefined>;
  /** Runs the command as fast as possible: one at a time, all in the same process. */
  run(args: readonly string[], options?: RunOptions): Promise<Result>;
  /** Runs the command as a shell does, in a process of its own. */
  runProcess(args: readonly string[], options?: RunOptions): Promise<Result>;
}

/** What `npm start` runs: the local Cognito, the API and the profile; and people who use them. */
export interface Environment {
  dir: string;
  cognitoEndpoint: string;
  sdk: CognitoIdentityProvider;
  profile(): Promise<Profile>;
  machines(): Promise<Machines>;
  /** A directory for LOCAL_DIR whose profile is the local one, changed, with the local machines. */
  changedLocalDir(change: Partial<Profile>): Promise<string>;
  newPerson(env?: Record<string, string>): Promise<Person>;
  /** Another person with a copy of `person`'s state. */
  newCopy(person: Person): Promise<Person>;
  stop(): Promise<void>;
}

/** The guarded routes, and which of them the access authorizer has a place on. */
export function plannedAccess(): readonly AuthorizerRoute[] {
  return (JSON.parse(readFileSync(`${BUILD}/authorizer.json`, 'utf8')) as AuthorizerDocument).routes;
}

/** The routes as the build planned them. */
export function plannedRoutes(): GatewayRoute[] {
  return (JSON.parse(readFileSync(`${BUILD}/gateway.json`, 'utf8')) as { routes: GatewayRoute[] }).routes;
}

export async function newPerson(dir: string, env: Record<string, string>): Promise<Person> {
  if (!existsSync(BIN)) throw new Error('The command is not built: npm run build:fixture');
  const home = await mkdtemp(join(dir, 'home-'));
  const ownEnv = { HOME: home, XDG_STATE_HOME: join(home, 'state'), LOCAL_DIR: join(dir, 'local'), ...env };
  const line = (args: readonly string[], { input = '', env: changed = {} }: RunOptions = {}) => {
    return { args, cwd: home, env: { PATH: process.env['PATH'], ...ownEnv, ...changed }, input };
  };
  return {
    home,
    state: join(home, 'state', product.name),
    env: ownEnv,
    run: (args, options) => runInHost(line(args, options)),
    runProcess: (args, options) => runInProcess(line(args, options)),
  };
}

export async function startEnvironment(): Promise<Environment> {
  const dir = await mkdtemp(join(tmpdir(), 'cli-'));
  const LOCAL_DIR = join(dir, 'local');
  const server = await startServer({ LOCAL_DIR, LOG_LEVEL: 'silent' }, { dist: BUILD });
  const profile = async () => JSON.parse(await readFile(join(LOCAL_DIR, 'profile.json'), 'utf8')) as Profile;
  const { cognitoEndpoint, region } = await profile();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sdk = new CognitoIdentityProvider({ endpoint: cognitoEndpoint, region, credentials });
  return {
    dir,
    cognitoEndpoint,
    sdk,
    profile,
    machines: async () => JSON.parse(await readFile(join(LOCAL_DIR, 'machines.json'), 'utf8')) as Machines,
    changedLocalDir: async (change) => {
      const changedDir = await mkdtemp(join(dir, 'changed-'));
      const changed = JSON.stringify({ ...(await profile()), ...change });
      await writeFile(join(changedDir, 'profile.json'), changed, { mode: 0o600 });
      await cp(join(LOCAL_DIR, 'machines.json'), join(changedDir, 'machines.json'));
      return changedDir;
    },
    newPerson: (env = {}) => newPerson(dir, env),
    newCopy: async ({ state }) => {
      const copy = await newPerson(dir, {});
      await mkdir(dirname(copy.state), { mode: 0o700 });
      await cp(state, copy.state, { recursive: true });
      return copy;
    },
    stop: async () => {
      sdk.destroy();
      server.kill('SIGTERM');
      await server.exited;
      await rm(dir, { recursive: true });
    },
  };
}
