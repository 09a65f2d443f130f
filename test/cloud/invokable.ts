import { createHash, randomUUID } from 'node:crypto';
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
  type GetAliasCommandOutput,
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

/**
 * The emulated AWS, with functions that run where they are invoked by a version or an alias, and tokens of machines. The
 * packages of functions are those that were uploaded through it.
 */
export interface InvokableAws {
  readonly url: string;
  /** What AWS's tools read to call it. */
  readonly environment: Emulator['environment'];
  /** Invokes a version of a function, or what an alias leads to. Rejects with a FunctionError. */
  invoke(name: string, qualifier: string, event: unknown): Promise<unknown>;
  /** The calls of AWS that were made so far, the first first. */
  readonly calls: readonly AwsCall[];
  stop(): Promise<void>;
}

/** CreateFunction and UpdateFunctionCode. */
const PACKAGE = /^\/2015-03-31\/functions(?:\/[\w-]+\/code)?$/;
const INVOKE = /^\/2015-03-31\/functions\/(?<name>[\w-]+)\/invocations\?Qualifier=(?<qualifier>[\w-]+)$/;
const STAGE = /^\/v2\/apis\/[^/]+\/stages\/[^/]+$/;
/** The emulator lacks it; what there is goes with its pool. */
const DELETE_RESOURCE_SERVER = 'AWSCognitoIdentityProviderService.DeleteResourceServer';
/** An alias is looked up this often: many calls are made by one at a time. */
const ALIAS_LIFETIME_MS = 500;

export async function startInvokableAws(emulator: Emulator): Promise<InvokableAws> {
  const packages = new Map<string, Buffer>();
  const running = new Map<string, Promise<{ lambda: LambdaFunction; remove(): void }>>();
  const calls: AwsCall[] = [];
  const lambdas = new LambdaClient(emulator.client);

  const configurations = new Map<string, Promise<FunctionConfiguration>>();
  const aliases = new Map<string, { alias: Promise<GetAliasCommandOutput>; until: number }>();

  async function versionOf(name: string, qualifier: string): Promise<string> {
    if (/^\d+$/.test(qualifier)) return qualifier;
    const id = `${name} ${qualifier}`;
    let kept = aliases.get(id);
    if (kept === undefined || Date.now() >= kept.until) {
      const alias = lambdas.send(new GetAliasCommand({ FunctionName: name, Name: qualifier }));
      kept = { alias, until: Date.now() + ALIAS_LIFETIME_MS };
      aliases.set(id, kept);
    }
    const { FunctionVersion, RoutingConfig } = await kept.alias;
    const [[other, weight] = ['', 0]] = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
    return Math.random() < weight ? other : known(FunctionVersion);
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
    const started = running.get(id) ?? start(configuration, environment);
    running.set(id, started);
    return (await started).lambda.invoke(event);
  }

  async function start(
    { CodeSha256 = '', Handler: handler = '' }: FunctionConfiguration,
    environment: Readonly<Record<string, string>>,
  ) {
    const { directory, remove } = unpack(known(packages.get(CodeSha256)));
    return { lambda: await startFunction({ node: 22, directory, handler, environment }), remove };
  }

  function record(call: AwsCall) {
    calls.push(call);
    if (!PACKAGE.test(call.path) || call.body === '') return;
    // CreateFunction has it one level deeper than UpdateFunctionCode.
    const input = JSON.parse(call.body) as { Code?: { ZipFile?: string }; ZipFile?: string };
    const zip = Buffer.from(input.ZipFile ?? input.Code?.ZipFile ?? '', 'base64');
    packages.set(createHash('sha256').update(zip).digest('base64'), zip);
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse) {
    const { name, qualifier } = INVOKE.exec(incoming.url ?? '')?.groups ?? {};
    if (incoming.url === '/oauth2/token') {
      const access_token = await machineToken(emulator, incoming);
      return response.end(JSON.stringify({ access_token }));
    }
    recordCall(incoming, record);
    if (incoming.method === 'PATCH' && STAGE.test(incoming.url ?? '')) return updateStage(incoming, response);
    if (incoming.headers['x-amz-target'] === DELETE_RESOURCE_SERVER) return response.end('{}');
    if (name === undefined || qualifier === undefined) return forward(incoming, response);
    try {
      return response.end(JSON.stringify(await invoke(name, qualifier, await json(incoming))));
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      response.setHeader('x-amz-function-error', 'Unhandled');
      return response.end(JSON.stringify({ errorType: error.type, errorMessage: error.message }));
    }
  }

  /** UpdateStage, which the emulator lacks: the stage is made anew. */
  async function updateStage(incoming: IncomingMessage, response: ServerResponse) {
    const stage = new URL(incoming.url ?? '', emulator.url);
    // The emulator reads the Region from the signature.
    const headers = { authorization: incoming.headers.authorization ?? '', 'content-type': 'application/json' };
    const changes = (await json(incoming)) as object;
    const before = (await (await fetch(stage, { headers })).json()) as object;
    await fetch(stage, { method: 'DELETE', headers });
    const body = JSON.stringify({ ...before, ...changes });
    const made = await fetch(stage.href.slice(0, stage.href.lastIndexOf('/')), { method: 'POST', headers, body });
    response.writeHead(made.ok ? 200 : made.status, { 'content-type': 'application/json' }).end(await made.text());
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
    invoke,
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
