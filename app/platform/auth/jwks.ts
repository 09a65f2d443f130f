import { createPublicKey, type KeyObject } from 'node:crypto';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { JwksClient } from 'jwks-rsa';

/** Bytes; Cognito's own document has about 1 KB. */
const LARGEST = 65_536;
/** Milliseconds for the whole answer, so that a request which waits for it is answered within 3 s. */
const DEADLINE = 2_500;

export type KeySet = ReadonlyMap<string, KeyObject>;

/** What came from a JWKS endpoint and can't be used; the message goes to the log. */
export class JwksError extends Error {
  override name = 'JwksError';
}

/** One GET: no redirect followed, no more than 64 KB read, settled after 2.5 s whatever the endpoint does. */
async function download(uri: string): Promise<string> {
  const get = uri.startsWith('https:') ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(DEADLINE);
    // Not left to the request: it says nothing more once an endpoint has switched protocols.
    signal.addEventListener('abort', () => reject(new JwksError(`no whole answer within ${DEADLINE} ms`)));
    const request = get(uri, { agent: false, signal, headers: { accept: 'application/json' } });
    request.on('error', reject);
    request.once('response', (response) => {
      const refuse = (why: string) => {
        reject(new JwksError(why));
        request.destroy();
      };
      if (response.statusCode !== 200) return refuse(`the endpoint answered ${response.statusCode}, not 200`);
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LARGEST) refuse(`the answer is larger than ${LARGEST} bytes`);
        else chunks.push(chunk);
      });
      response.on('error', reject);
      return response.once('end', () => resolve(Buffer.concat(chunks).toString()));
    });
  });
}

interface PublishedKey {
  kid: string;
}

function isSigningKey(key: unknown): key is PublishedKey {
  if (typeof key !== 'object' || key === null) return false;
  const { kid, kty, use, alg } = key as Record<string, unknown>;
  return (
    typeof kid === 'string' && kid !== '' && kty === 'RSA' && use === 'sig' && (alg === undefined || alg === 'RS256')
  );
}

/** The document's RSA signing keys; keys of other kinds are none of ours (RFC 7517 section 5). */
async function publishedKeys(uri: string): Promise<{ keys: PublishedKey[] }> {
  let document: unknown;
  try {
    document = JSON.parse(await download(uri));
  } catch (error) {
    throw error instanceof SyntaxError ? new JwksError('the answer is not JSON') : error;
  }
  const keys = typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(keys)) throw new JwksError('the answer has no list of keys');
  const signing = keys.filter(isSigningKey);
  if (new Set(signing.map(({ kid }) => kid)).size < signing.length) throw new JwksError('two keys share a kid');
  return { keys: signing };
}

/** RSA of 2048 to 8192 bits (RFC 7518 section 3.3; more only costs time), odd public exponent from 65537 to 32 bits. */
function isSound(key: KeyObject) {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const exponentIsSane = publicExponent >= 65_537n && publicExponent < 2n ** 32n && publicExponent % 2n === 1n;
  return key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 8192 && exponentIsSane;
}

/** Fetches the sound keys that a JWKS URI publishes, by `kid`; at least one, or it throws. */
export function createJwksFetch(jwksUri: string): () => Promise<KeySet> {
  const client = new JwksClient({ jwksUri, cache: false, fetcher: publishedKeys });
  return async () => {
    const keys = new Map<string, KeyObject>();
    for (const signingKey of await client.getSigningKeys()) {
      const { kid } = signingKey;
      const key = createPublicKey(signingKey.getPublicKey());
      if (isSound(key)) keys.set(kid, key);
    }
    if (keys.size === 0) throw new JwksError('the answer has no RSA signing key of 2048 bits or more');
    return keys;
  };
}
