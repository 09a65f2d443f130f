import { createPublicKey, verify } from 'node:crypto';
import { guards } from './guards.mjs';

// `node first-sight.mjs`, parts and tokens as a message: CPU microseconds a token, for each batch, by name, batches interleaved.
const BATCH = 100;

/** @param {Function} guard @param {object} request */
async function pass(guard, request) {
  await new Promise((resolve, reject) => {
    const response = { status: () => ({ end: () => reject(new Error('refused')) }) };
    const outcome = guard(request, response, (/** @type {unknown} */ error) =>
      error ? reject(error) : resolve(undefined),
    );
    if (outcome instanceof Promise) outcome.catch(reject);
  });
}

process.on('message', async (/** @type {any} */ { parts, tokens }) => {
  const key = createPublicKey({ key: parts.jwks.keys[0], format: 'jwk' });
  const prepared = tokens.map((/** @type {string} */ token) => {
    const dot = token.lastIndexOf('.');
    return { signed: Buffer.from(token.slice(0, dot)), signature: Buffer.from(token.slice(dot + 1), 'base64url') };
  });
  /** @type {Map<string, (at: number, requests: object[]) => Promise<void> | void>} */
  const contestants = new Map();
  contestants.set('crypto.verify alone', (at) => {
    if (!verify('RSA-SHA256', prepared[at].signed, key, prepared[at].signature)) throw new Error('refused');
  });
  const request = (/** @type {string} */ token) => {
    // As Node makes it: a string of its own, seen for the first time.
    const value = Buffer.from(`Bearer ${token}`).toString('latin1');
    const headers = { host: 'localhost', authorization: value };
    return {
      method: 'GET',
      url: '/',
      headers,
      rawHeaders: ['Host', 'localhost', 'Authorization', value],
      query: {},
      is: () => false,
      get: (/** @type {'Host'} */ name) => headers[/** @type {'host'} */ (name.toLowerCase())],
    };
  };
  for (const name of /** @type {(keyof typeof guards)[]} */ (Object.keys(guards))) {
    const guard = await guards[name](parts);
    contestants.set(name, (at, requests) => pass(guard, requests[at % BATCH] ?? {}));
  }

  /** @type {Record<string, number[]>} */
  const batches = Object.fromEntries(Array.from(contestants.keys(), (name) => [name, []]));
  // Each token is new to each contestant.
  for (let from = 0; from < tokens.length; from += BATCH) {
    for (const [name, once] of contestants) {
      const requests = tokens.slice(from, from + BATCH).map(request);
      const before = process.cpuUsage();
      for (let at = from; at < from + BATCH; at += 1) await once(at, requests);
      const { user, system } = process.cpuUsage(before);
      batches[name]?.push((user + system) / BATCH);
    }
  }
  process.send?.(batches);
});
process.on('disconnect', () => process.exit());
