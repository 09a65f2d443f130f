import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { startRuntimeApi } from './runtime-api.js';

/** Node's major versions that Lambda offers and this project supports. */
export const NODE_VERSIONS = [22, 24] as const;
export type NodeVersion = (typeof NODE_VERSIONS)[number];

const HERE = path.resolve('test/lambda');
/** MB. */
const MEMORY = 512;
/**
 * What Lambda's own bootstrap passes to Node: an ES module can't be required, nor CommonJS guessed to be one, and a tenth
 * of the memory goes to V8's young generation, in two halves, the rest to the old one.
 */
export const LAMBDA_FLAGS = [
  '--no-experimental-require-module',
  '--no-experimental-detect-module',
  `--max-semi-space-size=${Math.floor(MEMORY / 20)}`,
  `--max-old-space-size=${MEMORY - Math.floor(MEMORY / 10)}`,
];

export interface FunctionSettings {
  readonly node: NodeVersion;
  /** The unpacked zip. */
  readonly directory: string;
  /** The function's own variables; nothing is inherited from this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly handler?: string;
  readonly nodeFlags?: readonly string[];
}

export interface LambdaFunction {
  readonly pid: number;
  /** Rejects with the init error, if there is one. */
  readonly ready: Promise<void>;
  /** Kills the function where it takes longer than `timeoutMs`, as Lambda does. */
  invoke(event: unknown, timeoutMs?: number): Promise<unknown>;
  /** What the function has written so far, stdout and stderr together, as CloudWatch would show it. */
  log(): string;
  /** Resolves to the first line that matches, once it is there. */
  logged(pattern: RegExp): Promise<string>;
  /** The exit status, or the signal's name. */
  readonly exited: Promise<number | string>;
  stop(): Promise<void>;
}

/** The path of a Node of that major version: the packages in test/lambda/package.json bring one for each platform. */
export function nodeBinary(version: NodeVersion): string {
  const binary = path.join(HERE, `node_modules/node${version}-${process.platform}-${process.arch}/bin/node`);
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run npm ci --prefix test/lambda --ignore-scripts`);
  return binary;
}

/** Runs a function in AWS's runtime client, with the flags and the variables that Lambda sets. */
export async function startFunction(settings: FunctionSettings): Promise<LambdaFunction> {
  const { node, directory, environment = {}, handler = 'index.handler', nodeFlags = [] } = settings;
  const api = await startRuntimeApi();
  const child = spawn(
    nodeBinary(node),
    [
      ...LAMBDA_FLAGS,
      ...nodeFlags,
      '--import',
      path.join(HERE, 'runtime/preload.mjs'),
      path.join(HERE, 'node_modules/aws-lambda-ric/index.mjs'),
    ],
    {
      cwd: directory,
      env: {
        ...environment,
        AWS_LAMBDA_RUNTIME_API: api.address,
        AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true',
        AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${node}.x`,
        AWS_LAMBDA_FUNCTION_NAME: 'fixture-api',
        AWS_LAMBDA_FUNCTION_VERSION: '1',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY),
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fixture-api',
        AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[1]0123456789abcdef',
        AWS_REGION: 'eu-west-1',
        LAMBDA_TASK_ROOT: directory,
        TZ: ':UTC',
        _HANDLER: handler,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  await once(child, 'spawn');

  let written = '';
  const grown = new EventEmitter().setMaxListeners(0);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      written += chunk;
      grown.emit('data');
    });
  }
  const exited = once(child, 'close').then(() => {
    const status = child.exitCode ?? child.signalCode ?? 'unknown';
    api.fail(new Error(`The function's process ended (${status}):\n${written}`));
    return status;
  });

  return {
    pid: child.pid ?? 0,
    ready: api.ready,
    exited,
    log: () => written,
    async logged(pattern) {
      for (;;) {
        const line = written.split('\n').find((line) => pattern.test(line));
        if (line !== undefined) return line;
        await once(grown, 'data');
      }
    },
    async invoke(event, timeoutMs = 10_000) {
      await api.ready;
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        api.fail(new Error(`Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`));
      }, timeoutMs);
      return api.invoke(event, timeoutMs).finally(() => clearTimeout(timer));
    },
    async stop() {
      child.kill();
      await exited;
      await api.close();
    },
  };
}
