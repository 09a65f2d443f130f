import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { json, text } from 'node:stream/consumers';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { REGION, type Emulator } from '../harness/emulated-aws.js';
import { FunctionError } from '../lambda/runtime/function-error.js';
import { startLoopbackServer } from '../lambda/loopback-server.js';
import { startFunction, type LambdaFunction } from '../lambda/runtime/lambda-function.js';
import { unpack } from '../lambda/unpacked.js';
import { recordCall, type AwsCall } from './aws-calls.js';
import { signAccessToken } from './emulator-key.js';
import { known } from './deployed.js';
import { inEmulator } from './running.js';

/** The emulated AWS, with functions that run where they are invoked by a version or an alias, and tokens of machines. */
export interface InvokableAws {
  readonly url: string;
  /** What AWS's tools read to call it. */
  readonly environment: Emulator['environment'];
  /** Replaces Cognito's addresses in Terraform's outputs, for a shell: what issues tokens and keys is here. */
  readonly useHere: string;
  /** A zip that functions may have; AWS's own hash of it. */
  addPackage(zip: string): string;
  /** The calls of AWS that were made so far, the first first. */
  readonly calls: readonly AwsCall[];
  stop(): Promise<void>;
}

const INVOKE = /^\/2015-03-31\/functions\/(?<name>[\w-]+)\/invocations\?Qualifier=(?<qualifier>[\w-]+)$/;
/** An alias is looked up this often: many calls are made by one at a time. */
const ALIAS_LIFETIME_MS = 500;

export async function startInvokableAws(emulator: Emulator): Promise<InvokableAws> {
  const packages = new Map<string, string>();
  const running = new Map<string, Promise<{ lambda: LambdaFunction; remove(): void }>>();
  const calls: AwsCall[] = [];
  const lambdas = new LambdaClient(emulator.client);

  const configurations = new Map<string, Promise<FunctionConfiguration>>();
  const aliases = new Map<string, { version: Promise<string>; until: number }>();

  function versionOf(name: string, qualifier: string): Promise<string> {
    if (/^\d+$/.test(qualifier)) return Promise.resolve(qualifier);
    const kept = aliases.get(`${name} ${qualifier}`);
    if (kept && Date.now() < kept.until) return kept.version;
    const found = lambdas.send(new GetAliasCommand({ FunctionName: name, Name: qualifier }));
    const version = found.then(({ FunctionVersion }) => known(FunctionVersion));
    aliases.set(`${name} ${qualifier}`, { version, until: Date.now() + ALIAS_LIFETIME_MS });
    return version;
  }

  /** A version never changes. */
  function configurationOf(name: string, version: string): Promise<FunctionConfiguration> {
    const read = () => lambdas.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: version }));
    const configuration = configurations.get(`${name} ${version}`) ?? read();
    configurations.set(`${name} ${version}`, configuration);
    return configuration;
  }

  async function invoke(name: string, qualifier: string, event: unknown) {
    const version = await versionOf(name, qualifier);
    const configuration = await configurationOf(name, version);
    const environment = inEmulator(configuration.Environment?.Variables ?? {}, emulator);
    const id = `${version} ${configuration.CodeSha256} ${JSON.stringify(environment)}`;
    const started = running.get(id) ?? start(known(packages.get(configuration.CodeSha256 ?? '')), environment);
    running.set(id, started);
    return (await started).lambda.invoke(event);
  }

  async function start(zip: string, environment: Readonly<Record<string, string>>) {
    const { directory, remove } = unpack(zip);
    return { lambda: await startFunction({ node: 22, directory, environment }), remove };
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse) {
    const { name, qualifier } = INVOKE.exec(incoming.url ?? '')?.groups ?? {};
    if (incoming.url === '/oauth2/token') {
      const access_token = await machineToken(emulator, incoming);
      return response.end(JSON.stringify({ access_token }));
    }
    recordCall(incoming, calls);
    if (name === undefined || qualifier === undefined) return forward(incoming, response);
    try {
      return response.end(JSON.stringify(await invoke(name, qualifier, await json(incoming))));
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      response.setHeader('x-amz-function-error', 'Unhandled');
      return response.end(JSON.stringify({ errorType: error.type, errorMessage: error.message }));
    }
  }

  function forward(incoming: IncomingMessage, response: ServerResponse) {
    const { method, url, headers } = incoming;
    const onward = request(new URL(url ?? '/', emulator.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward.on('error', () => response.destroy()));
  }

  const server = await startLoopbackServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  return {
    url: server.url,
    environment: { ...emulator.environment, AWS_ENDPOINT_URL: server.url },
    calls,
    useHere: `sed -E 's#https://cognito-idp[.][a-z0-9.-]+/([^/"]+/[.]well-known)#${emulator.url}/\\1#g; s#https://[a-z0-9-]+[.]auth[.][a-z0-9.-]+/oauth2/token#${server.url}/oauth2/token#g'`,
    addPackage(zip) {
      const hash = createHash('sha256').update(readFileSync(zip)).digest('base64');
      packages.set(hash, zip);
      return hash;
    },
    async stop() {
      await server.close();
      for (const started of running.values()) {
        const each = await started;
        await each.lambda.stop();
        each.remove();
      }
    },
  };
}

/** The client credentials grant, which the emulator doesn't have; the pool is the one that has the client. */
async function machineToken(emulator: Emulator, incoming: IncomingMessage): Promise<string> {
  const basic = Buffer.from(incoming.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
  const [ClientId = '', secret] = basic.split(':');
  const scope = new URLSearchParams(await text(incoming)).get('scope') ?? '';
  const cognito = new CognitoIdentityProviderClient(emulator.client);
  const { UserPools = [] } = await cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  for (const { Id: UserPoolId = '' } of UserPools) {
    const found = await cognito
      .send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))
      .catch(() => undefined);
    if (found?.UserPoolClient?.ClientSecret !== secret) continue;
    const issuer = `https://cognito-idp.${REGION}.amazonaws.com/${UserPoolId}`;
    const own = { sub: ClientId, client_id: ClientId, scope };
    return signAccessToken(emulator, { issuer, userPoolId: UserPoolId }, own);
  }
  return randomUUID();
}
