import type { IncomingMessage } from 'node:http';
import { CognitoError } from '../errors.js';

const MAX_BODY_BYTES = 128 * 1024;
const MAX_BRANDING_BYTES = 2 * 1024 * 1024;

/** The operations whose requests may be larger, with AWS's limits. */
const LARGER: ReadonlyMap<string, number> = new Map([
  ['CreateManagedLoginBranding', MAX_BRANDING_BYTES],
  ['UpdateManagedLoginBranding', MAX_BRANDING_BYTES],
  ['SetUICustomization', 135 * 1024],
]);

/** The largest request of an operation. */
export const maxBytesOf = (operation: string): number => LARGER.get(operation) ?? MAX_BODY_BYTES;
const MAX_DEPTH = 32;

/** The body was larger than the limit. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/**
 * The body as text, by default of at most 128 KB. One that is too large is read to its end and discarded, so that the
 * client reads the response. Throws BodyTooLarge.
 */
export async function readBody(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      request.resume();
      throw new BodyTooLarge();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Throws SerializationException for what is no JSON, or nested more than 32 levels deep. */
export function parseJson(body: string): unknown {
  try {
    const input: unknown = JSON.parse(body);
    if (!isDeeper(input, MAX_DEPTH)) return input;
  } catch {
    throw new CognitoError('SerializationException', 'The request body is not JSON.');
  }
  throw new CognitoError('SerializationException', 'The request body is nested too deeply.');
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));
