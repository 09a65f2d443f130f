import { LRUCache } from 'lru-cache';
import type { Principal } from './principal.js';
import type { Verified } from './strategy.js';

/** Bytes of an entry beside its texts, and of a text beside its characters. */
const ENTRY = 768;
const TEXT = 32;
/** Bytes that each entry counts for at least, so that one bound is on their number too; long tokens leave room for fewer. */
const SHARE = 3_072;
/** Letters of the signature, at a token's end, that it is filed under and then compared whole: hashing the whole is most of what a hit would cost. */
const TAIL = 43;

interface Entry {
  readonly token: string;
  readonly verified: Verified;
}

/** Bytes, never less than it takes: a token is ASCII, its claims may need two bytes a character. */
function sizeOf({ token, verified: { caller } }: Entry) {
  const texts = [caller.subject, caller.username ?? '', ...caller.groups, ...caller.scopes];
  const size = texts.reduce((sum, text) => sum + TEXT + 2 * text.length, ENTRY + token.length);
  return Math.max(SHARE, size);
}

/** Tokens already verified, by the whole token; never a refusal. */
export interface VerifiedTokenCache {
  get(token: string): Principal | undefined;
  set(token: string, verified: Verified): void;
}

/** Keeps the `entries` used last, in no more than 3 KB times `entries`; 0 remembers nothing. `now` is in milliseconds. */
export function createTokenCache(entries: number, now: () => number): VerifiedTokenCache {
  if (entries === 0) return { get: () => undefined, set: () => undefined };
  // No `max`: with it, room for all of them is made at once, which a cold start would wait for.
  const cache = new LRUCache<string, Entry>({ maxSize: entries * SHARE, sizeCalculation: sizeOf });
  return {
    get(token) {
      const tail = token.slice(-TAIL);
      const entry = cache.get(tail);
      if (entry?.token !== token) return undefined;
      const { caller, kid, key, keys } = entry.verified;
      if (now() < caller.expiresAt * 1000 && keys.cachedKey(kid) === key) return caller;
      cache.delete(tail);
      return undefined;
    },
    set(token, verified) {
      cache.set(token.slice(-TAIL), { token, verified });
    },
  };
}
