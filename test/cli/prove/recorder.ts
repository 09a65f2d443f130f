import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startLoopbackServer } from '../../lambda/loopback-server.js';

/** A proxy on this machine that counts requests, and keeps what was secret in them and their answers. */
export interface Recorder {
  readonly url: string;
  readonly secrets: ReadonlySet<string>;
  close(): Promise<void>;
}

const SECRET_MEMBERS =
  /"(?:Password|TemporaryPassword|PASSWORD|SECRET_HASH|AccessToken|IdToken|RefreshToken|ClientSecret)":"([^"]{8,})"/g;

/** `onRequest` is called before a request goes on. */
export async function startRecorder(target: string, onRequest: () => void): Promise<Recorder> {
  const secrets = new Set<string>();
  const keepSecrets = (body: Buffer) => {
    for (const [, secret = ''] of body.toString().matchAll(SECRET_MEMBERS)) secrets.add(secret);
  };

  async function forward(incoming: IncomingMessage, response: ServerResponse) {
    onRequest();
    const { method, url = '/', headers } = incoming;
    const [scheme, token] = headers.authorization?.split(' ') ?? [];
    if (scheme === 'Bearer' && token !== undefined) secrets.add(token);
    const body = await buffer(incoming);
    keepSecrets(body);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(new URL(url, target), { method, headers }, resolve).once('error', reject).end(body);
    });
    const answered = await buffer(answer);
    keepSecrets(answered);
    response.writeHead(answer.statusCode ?? 502, answer.headers).end(answered);
  }

  const server = await startLoopbackServer((incoming, response) => {
    forward(incoming, response).catch(() => response.destroy());
  });
  return { url: server.url, secrets, close: () => server.close() };
}
