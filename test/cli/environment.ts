import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { Profile } from '../../app/cli/state/profile.js';

export const PASSWORD = 'Passw0rd!';
export const PIZZA = resolve('dist/cli/pizza.cjs');

export interface Answer {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Said {
  input?: string;
  env?: Record<string, string | undefined>;
}

/** Somebody's machine: a home of their own, and the built command. */
export interface Person {
  home: string;
  /** Where tokens and profiles are kept. */
  state: string;
  env: Record<string, string | undefined>;
  pizza(args: readonly string[], said?: Said): Promise<Answer>;
}

/** Everything that `npm start` gives: the stand-in, the API, and the profile; and people who use it. */
export interface Stage {
  dir: string;
  cognitoEndpoint: string;
  sdk: CognitoIdentityProvider;
  profile(): Promise<Profile>;
  newPerson(env?: Record<string, string>): Promise<Person>;
  /** Somebody who has what `person` keeps, as if it were their own. */
  newCopy(person: Person): Promise<Person>;
  stop(): Promise<void>;
}

/** Runs the built command to its end. */
export function runPizza(args: readonly string[], { input = '', env = {} }: Said, cwd: string): Promise<Answer> {
  const child = spawn(process.execPath, [PIZZA, ...args], { cwd, env: { PATH: process.env['PATH'], ...env } });
  child.stdin.on('error', () => undefined).end(input);
  return answerOf(child);
}

export function answerOf(child: ChildProcess): Promise<Answer> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  return new Promise((done, fail) => {
    child.once('error', fail).once('close', (code) => done({ code, ...said }));
  });
}

export async function newPerson(dir: string, env: Record<string, string>): Promise<Person> {
  if (!existsSync(PIZZA)) throw new Error('The command is not built: npm run build');
  const home = await mkdtemp(join(dir, 'home-'));
  const mine = { HOME: home, XDG_STATE_HOME: join(home, 'state'), LOCAL_DIR: join(dir, 'local'), ...env };
  return {
    home,
    state: join(home, 'state', 'pizza-api'),
    env: mine,
    pizza: (args, said = {}) => runPizza(args, { ...said, env: { ...mine, ...said.env } }, home),
  };
}

export async function startStage(): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'pizza-cli-'));
  const LOCAL_DIR = join(dir, 'local');
  const server = await startServer({ LOCAL_DIR, PORT: '0', LOCAL_COGNITO_PORT: '0', LOG_LEVEL: 'silent' });
  const profile = async () => JSON.parse(await readFile(join(LOCAL_DIR, 'profile.json'), 'utf8')) as Profile;
  const { cognitoEndpoint, region } = await profile();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sdk = new CognitoIdentityProvider({ endpoint: cognitoEndpoint, region, credentials });
  return {
    dir,
    cognitoEndpoint,
    sdk,
    profile,
    newPerson: (env = {}) => newPerson(dir, env),
    newCopy: async ({ state }) => {
      const copy = await newPerson(dir, {});
      await mkdir(dirname(copy.state), { mode: 0o700 });
      await cp(state, copy.state, { recursive: true });
      return copy;
    },
    stop: async () => {
      sdk.destroy();
      const ended = once(server, 'exit');
      server.kill();
      await ended;
      await rm(dir, { recursive: true });
    },
  };
}

/** What `npm start` starts; it greets once all of it is there. */
async function startServer(env: Record<string, string>): Promise<ChildProcess> {
  const server = spawn(process.execPath, ['dist/local/server.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = once(server, 'exit').then(() => Promise.reject(new Error('The server did not start.')));
  await Promise.race([once(server.stdout, 'data'), failed]);
  failed.catch(() => undefined);
  server.stdout.resume();
  return server;
}
