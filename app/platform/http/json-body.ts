import express, { type Request, type Response } from 'express';
import { Problem } from './problem.js';

export const jsonOnly = new Problem({
  status: 415,
  code: 'media_type_unsupported',
  detail: 'Send the body as JSON in UTF-8, with Content-Type: application/json.',
});

function malformed(detail: string) {
  return new Problem({ status: 400, code: 'body_malformed', detail });
}

const empty = malformed('There is no body: send JSON.');
const notUtf8 = malformed('The body is not valid UTF-8.');
export const notJson = malformed('The body is not valid JSON.');

/** RFC 8259 section 8.1: JSON is UTF-8; the media type has no other charset. */
function isJson(contentType = '') {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  return type.trim() === 'application/json' && (charset === undefined || /^charset="?utf-?8"?$/.test(charset));
}

function decode(bytes: Uint8Array) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson;
  }
}

const readBytes = express.raw({ type: () => true, limit: '100kb', inflate: false });

/**
 * Reads a JSON body of 100 kB at most, any JSON value, not compressed. `express.json()` would replace bytes that are not
 * UTF-8 by U+FFFD, and an empty body by `{}`: what is stored is then not what was sent. (API Gateway itself replaces
 * them, before a function can see it.)
 */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  if (!isJson(request.headers['content-type'])) throw jsonOnly;
  await new Promise<void>((resolve, reject) => {
    readBytes(request, response, (error?: Error) => (error ? reject(error) : resolve()));
  });
  const bytes: unknown = request.body;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) throw empty;
  return parse(decode(bytes));
}
