import type * as Sdk from '@aws-sdk/client-lambda';
import type { Terminal } from '../terminal/terminal.js';
import { clientOptions, instrument } from './clients.js';

/** Lambda's SDK, loaded on first use, and a client of it with the operator's credentials, whose errors are Failures. */
export interface Lambda {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.LambdaClient;
}

/** A function by its name, and a version or an alias of it; without one, its unpublished code. */
export interface FunctionId {
  FunctionName: string;
  Qualifier?: string;
}

export async function openLambda(region: string, terminal: Terminal, requestTimeoutMs?: number): Promise<Lambda> {
  const sdk = await import('@aws-sdk/client-lambda');
  const client = new sdk.LambdaClient(clientOptions(region, requestTimeoutMs));
  instrument(client, { service: 'Lambda', terminal, signsAsOperator: true });
  return { sdk, client };
}

/** The environment variables that a function was given. Throws Failures. */
export async function readVariables(
  { sdk, client }: Lambda,
  id: FunctionId,
): Promise<Readonly<Record<string, string>>> {
  const { Environment } = await client.send(new sdk.GetFunctionConfigurationCommand(id));
  return Environment?.Variables ?? {};
}
