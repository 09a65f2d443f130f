import type { IncomingMessage } from 'node:http';

const LARGEST_BYTES = 128 * 1024;

/** The body was larger than 128 KB. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** The body as text; the rest of one that is too large is read and thrown away, so that the answer can be heard. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES) {
      request.resume();
      throw new BodyTooLarge();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
