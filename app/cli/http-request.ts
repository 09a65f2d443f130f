import type { IncomingMessage } from 'node:http';

interface HttpRequest {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Buffer | undefined;
  /** Until the end of the response. */
  timeoutMs: number;
}

/**
 * One request by Node's own client, since `fetch` takes as long to load as all of the command. Redirects are not followed.
 * Rejects with errors of the system, and with a TimeoutError.
 */
export async function httpRequest(
  url: URL,
  { method, headers, body = '', timeoutMs }: HttpRequest,
): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const signal = AbortSignal.timeout(timeoutMs);
  const length = Buffer.byteLength(body);
  const options = { method, headers: { ...headers, ...(length > 0 && { 'content-length': length }) }, signal };
  return new Promise((resolve, reject) => {
    // Without an agent, no idle connection keeps the command from ending.
    request(url, { ...options, agent: false })
      .once('response', resolve)
      .on('error', (error) => reject(signal.aborted ? signal.reason : error))
      .once('close', () => reject(new Error('the connection was closed without a response')))
      .end(body);
  });
}
