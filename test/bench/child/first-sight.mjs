import { createPublicKey, verify } from 'node:crypto';
import { guards } from './guards.mjs';

// `node first-sight.mjs`, parts, tokens, and others to be refused as a message: CPU microseconds a token, for each batch, by name, batches interleaved.
const BATCH = 100;

/** @param {Function} guard @param {object} request @param {number} status that of the refusal, or 200 */
async function pass(guard, request, status) {
  await new Promise((resolve, reject) => {
    const settle = (/** @type {any} */ error) => {
      if ((error?.status ?? 200) === status) resolve(undefined);
      else reject(error ?? new Error('accepted'));
    };
    const response = { status: () => ({ end: () => reject(new Error('refused')) }) };
    const outcome = guard(request, response, settle);
    if (outcome instanceof Promise) outcome.catch(settle);
  });
}

process.on('message', async (/** @type {any} */ { parts, tokens, bad }) => {
  const key = createPublicKey({ key: parts.jwks.keys[0], format: 'jwk' });
  const prepared = tokens.map((/** @type {string} */ token) => {
    const dot = token.lastIndexOf('.');
    return { signed: Buffer.from(token.slice(0, dot)), signature: Buffer.from(token.slice(dot + 1), 'base64url') };
  });
  /** @type {Map<string, { tokens: string[], once: (at: number, requests: object[]) => Promise<void> | void }>} */
  const candidates = new Map();
  candidates.set('crypto.verify alone', {
    tokens,
    once: (at) => {
      if (!verify('RSA-SHA256', prepared[at].signed, key, prepared[at].signature)) throw new Error('refused');
    },
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
    candidates.set(name, { tokens, once: (at, requests) => pass(guard, requests[at % BATCH] ?? {}, 200) });
  }
  const ours = await guards['this project'](parts);
  for (const [name, refused] of Object.entries(bad)) {
    candidates.set(name, { tokens: refused, once: (at, requests) => pass(ours, requests[at % BATCH] ?? {}, 401) });
  }

  /** @type {Record<string, number[]>} */
  const batches = Object.fromEntries(Array.from(candidates.keys(), (name) => [name, []]));
  // Each token is new to each candidate.
  for (let from = 0; from < tokens.length; from += BATCH) {
    for (const [name, { tokens: shown, once }] of candidates) {
      const requests = shown.slice(from, from + BATCH).map(request);
      const before = process.cpuUsage();
      for (let at = from; at < from + BATCH; at += 1) await once(at, requests);
      const { user, system } = process.cpuUsage(before);
      batches[name]?.push((user + system) / BATCH);
    }
  }
  process.send?.(batches);
});
process.on('disconnect', () => process.exit());
