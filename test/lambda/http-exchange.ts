import { Agent, request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request as it goes over the wire: the path is not touched, a header with several values is sent several times. */
export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** Sends a call and resolves to the response, whose body is latin1: one character a byte. */
export async function exchange(origin: string, { method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
  const { hostname: host, port } = new URL(origin);
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  // A connection that stays open is read to the end by a server that responds before it has the whole body.
  const agent = new Agent({ keepAlive: true });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const wire = { ...length, ...(headers as Record<string, string>) };
    request({ agent, host, port, method, path, headers: wire }, resolve).on('error', reject).end(body);
  });
  const bytes = await buffer(response);
  agent.destroy();
  const { statusCode: status = 0, headersDistinct } = response;
  return { status, headers: headersDistinct as Answer['headers'], body: bytes.toString('latin1') };
}

const OF_THE_CONNECTION = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/**
 * A response without what differs from one call to the next: request ids, ids and times that were made for it, where the
 * next page begins, and the headers of the connection.
 */
export function essence({ status, headers, body }: Answer): Answer {
  const requestId = headers['x-request-id']?.[0] ?? 'none';
  const mask = (text: string) =>
    text
      .replaceAll(requestId, 'REQUEST_ID')
      .replaceAll(UUID, 'UUID')
      .replaceAll(TIME, 'TIME')
      .replace(/"next":(?:null|"[^"]*")/, '"next":CURSOR');
  // A problem holds the request id once, and an id of API Gateway is shorter than a UUID.
  const [length] = headers['content-length'] ?? [];
  const withoutId = length && status >= 400 ? { 'content-length': [String(Number(length) - requestId.length)] } : {};
  const kept = Object.entries({ ...headers, ...withoutId }).filter(([name]) => !OF_THE_CONNECTION.has(name));
  return {
    status,
    headers: Object.fromEntries(
      kept.map(([name, values]) => [name, name === 'set-cookie' ? values : [mask(values.join(','))]]),
    ),
    body: mask(body),
  };
}
