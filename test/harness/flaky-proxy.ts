import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What goes wrong with one call: an error response, none at all, or one that is lost after the work was done. */
export type Fault = { status: number; type: string } | 'no response' | 'response lost';

/** A proxy in front of DynamoDB, Secrets Manager or Cognito that makes calls fail. */
export interface FlakyProxy {
  endpoint: string;
  /** Decides for each call, by its operation such as `PutItem`; undefined lets it pass. */
  fault: (operation: string) => Fault | undefined;
  /** Awaited before each call is passed on. */
  beforePass: (operation: string) => Promise<unknown> | undefined;
  /** All calls so far, the first first. */
  calls: { operation: string; input: Record<string, unknown>; accessKeyId: string | undefined }[];
  /** `ScannedCount` of each Query: what it costs. */
  scanned: number[];
  close(): Promise<void>;
}

/** Whose credentials a call of AWS is signed with (SigV4). */
export function accessKeyOf({ headers }: IncomingMessage): string | undefined {
  return /Credential=(?<id>[^/]+)\//.exec(headers.authorization ?? '')?.groups?.['id'];
}

export async function startFlaky(endpoint: string): Promise<FlakyProxy> {
  async function pass(body: string, { headers, url }: IncomingMessage) {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      forward(`${endpoint}${url}`, { method: 'POST', headers }, resolve).once('error', reject).end(body);
    });
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const body = await text(request);
    const accessKeyId = accessKeyOf(request);
    flaky.calls.push({ operation, input: JSON.parse(body) as Record<string, unknown>, accessKeyId });
    const fault = flaky.fault(operation);
    if (fault === 'no response') return;
    if (typeof fault === 'object') {
      response.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${fault.type}`, message: 'injected' }));
      return;
    }
    await flaky.beforePass(operation);
    const answer = await pass(body, request);
    if (operation === 'Query') flaky.scanned.push((JSON.parse(answer.body) as { ScannedCount: number }).ScannedCount);
    if (fault === 'response lost') response.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  /** Calls that are under way. */
  const serving = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const served = serve(request, response)
      .catch(() => void response.destroy())
      .finally(() => serving.delete(served));
    serving.add(served);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const flaky: FlakyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: () => undefined,
    beforePass: () => undefined,
    calls: [],
    scanned: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // After a test that failed, some are: the DynamoDB must not be closed before they end.
      await Promise.all(serving);
    },
  };
  return flaky;
}
