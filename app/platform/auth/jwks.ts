import { createPublicKey, type KeyObject } from 'node:crypto';
import { get as httpGet } from 'node:http';
import { JwksClient } from 'jwks-rsa';
import { isSigningKey, isSound, JwksError, refuseSharedKids, type KeySet, type PublishedKey } from './signing-keys.js';

/** Cognito's own document has about 1 KB. */
const MAX_JWKS_BYTES = 65_536;
/** For the whole response, so that a request which waits for it is answered within 3 s. */
const FETCH_TIMEOUT_MS = 2_500;

/** One GET: no redirect followed, no more than 64 KB read, over after 2.5 s whatever the endpoint does. */
async function download(uri: string): Promise<string> {
  // TLS is loaded with the first key fetch that needs it.
  const get = uri.startsWith('https:') ? (await import('node:https')).get : httpGet;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
    // The request itself emits no error once the endpoint has switched protocols.
    signal.addEventListener('abort', () => reject(new JwksError(`no complete response within ${FETCH_TIMEOUT_MS} ms`)));
    const request = get(uri, { agent: false, signal, headers: { accept: 'application/json' } });
    request.on('error', reject);
    request.once('response', (response) => {
      const fail = (message: string) => {
        reject(new JwksError(message));
        request.destroy();
      };
      if (response.statusCode !== 200) return fail(`the endpoint answered ${response.statusCode}, not 200`);
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_JWKS_BYTES) fail(`the response is larger than ${MAX_JWKS_BYTES} bytes`);
        else chunks.push(chunk);
      });
      response.on('error', reject);
      return response.once('end', () => resolve(Buffer.concat(chunks).toString()));
    });
  });
}

/** The document's RSA signing keys; keys of other kinds are ignored (RFC 7517 section 5). */
async function publishedKeys(uri: string): Promise<{ keys: PublishedKey[] }> {
  let document: unknown;
  try {
    document = JSON.parse(await download(uri));
  } catch (error) {
    throw error instanceof SyntaxError ? new JwksError('the response is not JSON') : error;
  }
  const keys = typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(keys)) throw new JwksError('the response has no list of keys');
  const signing = keys.filter(isSigningKey);
  refuseSharedKids(signing);
  return { keys: signing };
}

/** Fetches the sound keys that a JWKS URI publishes, by `kid`. Throws a JwksError, where there is none as well, or Node's network error. */
export function createJwksFetch(jwksUri: string): () => Promise<KeySet> {
  const client = new JwksClient({ jwksUri, cache: false, fetcher: publishedKeys });
  return async () => {
    const keys = new Map<string, KeyObject>();
    for (const signingKey of await client.getSigningKeys()) {
      const { kid } = signingKey;
      const key = createPublicKey(signingKey.getPublicKey());
      if (isSound(key)) keys.set(kid, key);
    }
    if (keys.size === 0) throw new JwksError('the response has no RSA signing key of 2048 bits or more');
    return keys;
  };
}
