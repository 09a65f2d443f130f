import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import pino from 'pino';
import { startLocal, writeProfile } from '../../app/local/start.js';
import type { Profile } from '../../app/cli/profile.js';

export const PASSWORD = 'Passw0rd!';
export const PIZZA = resolve('dist/cli/pizza.js');

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
  const local = join(dir, 'local');
  const cloud = await startLocal({ dir: local, cognitoPort: 0, env: {}, log: pino({ level: 'silent' }) });
  const { cognitoEndpoint, region } = cloud;
  const { api, apiUrl } = await startApi(cloud);
  await writeProfile(local, { ...cloud, apiUrl });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sdk = new CognitoIdentityProvider({ endpoint: cognitoEndpoint, region, credentials });
  return {
    dir,
    cognitoEndpoint,
    sdk,
    profile: async () => JSON.parse(await readFile(join(local, 'profile.json'), 'utf8')) as Profile,
    newPerson: (env = {}) => newPerson(dir, env),
    stop: async () => {
      sdk.destroy();
      const ended = new Promise((done) => api.once('exit', done));
      api.kill();
      await ended;
      await cloud.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** The built server, trusting the stand-in's pools; it says where it listens once it does. */
async function startApi({ pools }: Pick<Profile, 'pools'>) {
  const trusted = Object.entries(pools).map(([name, { userPoolId, clientId, issuer, jwksUri, machine }]) => {
    const clientIds = machine ? [clientId, machine.clientId] : [clientId];
    return [name, { userPoolId, clientIds, issuer, jwksUri }];
  });
  const env = { PORT: '0', LOG_LEVEL: 'silent', COGNITO_POOLS: JSON.stringify(Object.fromEntries(trusted)) };
  const api = spawn(process.execPath, ['dist/laptop/server.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const apiUrl = await new Promise<string>((found, fail) => {
    let said = '';
    api.once('exit', () => fail(new Error(`The API ended: ${said}`)));
    api.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      const url = /http:\/\/[\w.:]+/.exec(said)?.[0];
      if (url) found(url);
    });
  });
  return { api, apiUrl };
}
