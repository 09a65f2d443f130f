import type * as Sdk from '@aws-sdk/client-lambda';
import type { Terminal } from '../terminal/terminal.js';
import { clientOptions, instrument } from './clients.js';

/** Lambda's SDK, loaded on first use, and a client of it with the operator's credentials, whose errors are Failures. */
export interface Lambda {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.LambdaClient;
}

/** The deployed function, by the AWS SDK. */
export interface LambdaFunction extends Lambda {
  readonly name: string;
}

/** A function by its name, and a version or an alias of it; without one, its unpublished code. */
export interface FunctionId {
  FunctionName: string;
  Qualifier?: string;
}

/** An invocation may take as long as the function's own limit, 30 s, and load it first. */
export const INVOCATION_TIMEOUT_MS = 40_000;

export async function openLambda(region: string, terminal: Terminal, requestTimeoutMs?: number): Promise<Lambda> {
  const sdk = await import('@aws-sdk/client-lambda');
  const client = new sdk.LambdaClient(clientOptions(region, requestTimeoutMs));
  instrument(client, { service: 'Lambda', terminal, signsAsOperator: true });
  return { sdk, client };
}

/** Throws Failures. */
export async function readConfiguration({ sdk, client }: Lambda, id: FunctionId): Promise<Sdk.FunctionConfiguration> {
  return client.send(new sdk.GetFunctionConfigurationCommand(id));
}

/** The environment variables that a function was given. Throws Failures. */
export async function readVariables(lambda: Lambda, id: FunctionId): Promise<Readonly<Record<string, string>>> {
  const { Environment } = await readConfiguration(lambda, id);
  return Environment?.Variables ?? {};
}
