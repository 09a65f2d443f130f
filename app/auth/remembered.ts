import { LRUCache } from 'lru-cache';
import type { Principal } from './principal.js';
import type { Verified } from './strategy.js';

/** Bytes that an entry takes beside its token: the caller's claims, the entry itself. */
const OVERHEAD = 1_024;
/** Bytes on average that `entries` may take each; long tokens leave room for fewer. */
const AVERAGE = 3_072;

/** Tokens already verified, by the whole token; never a refusal. */
export interface Remembered {
  get(token: string): Principal | undefined;
  set(token: string, verified: Verified): void;
}

/** Keeps the `entries` used last, in no more than 3 KB times `entries`; 0 remembers nothing. `now` is in milliseconds. */
export function createRemembered(entries: number, now: () => number): Remembered {
  if (entries === 0) return { get: () => undefined, set: () => undefined };
  const cache = new LRUCache<string, Verified>({
    max: entries,
    maxSize: entries * AVERAGE,
    sizeCalculation: (_verified, token) => token.length + OVERHEAD,
  });
  return {
    get(token) {
      const verified = cache.get(token);
      if (verified === undefined) return undefined;
      const { caller, kid, key, keys } = verified;
      if (now() < caller.expiresAt * 1000 && keys.known(kid) === key) return caller;
      cache.delete(token);
      return undefined;
    },
    set(token, verified) {
      cache.set(token, verified);
    },
  };
}
