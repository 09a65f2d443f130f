import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Principal } from './claims.js';
import type { KeySource } from './pool-keys.js';

/** What an entry takes beside its strings, and a string beside its characters. */
const ENTRY_BYTES = 768;
const STRING_BYTES = 32;
/** What each entry counts for at least, so that one bound limits their number as well; long tokens leave room for fewer. */
const MIN_ENTRY_BYTES = 3_072;
/** Characters of the signature, at a token's end, that it is filed under; hashing the whole token is most of what a hit would cost. */
const TAIL_CHARS = 43;

/** A verified caller, and the key that the signature was verified with. */
export interface Verified {
  readonly caller: Principal;
  readonly kid: string;
  readonly key: KeyObject;
  readonly keys: KeySource;
}

interface Entry {
  readonly token: string;
  readonly verified: Verified;
}

const bytesOf = (text: string) => STRING_BYTES + 2 * text.length;

/** Bytes, never fewer than the entry takes: a token is ASCII, its claims may need two bytes a character. */
function sizeOf({ token, verified: { caller } }: Entry) {
  let size = ENTRY_BYTES + token.length + bytesOf(caller.subject) + bytesOf(caller.username ?? '');
  for (const group of caller.groups) size += bytesOf(group);
  for (const scope of caller.scopes) size += bytesOf(scope);
  for (const claim of Object.values(caller.claims)) {
    for (const value of [claim].flat()) size += bytesOf(String(value));
  }
  return Math.max(MIN_ENTRY_BYTES, size);
}

/** Callers by the whole token that was verified; never a token that was refused. */
export interface VerifiedTokenCache {
  /** The caller, while the token has not expired and its pool still has the key that it was verified with. */
  get(token: string): Principal | undefined;
  set(token: string, verified: Verified): void;
}

/** Keeps the `maxEntries` used last, in at most 3 KB times `maxEntries`; 0 caches nothing. `now` is in milliseconds. */
export function createTokenCache(maxEntries: number, now: () => number): VerifiedTokenCache {
  if (maxEntries === 0) return { get: () => undefined, set: () => undefined };
  // Without `max`, which would allocate all entries at once and delay a cold start.
  const cache = new LRUCache<string, Entry>({ maxSize: maxEntries * MIN_ENTRY_BYTES, sizeCalculation: sizeOf });
  return {
    get(token) {
      const tail = token.slice(-TAIL_CHARS);
      const entry = cache.get(tail);
      if (entry?.token !== token) return undefined;
      const { caller, kid, key, keys } = entry.verified;
      if (now() < caller.expiresAt * 1000 && keys.cachedKey(kid) === key) return caller;
      cache.delete(tail);
      return undefined;
    },
    set(token, verified) {
      cache.set(token.slice(-TAIL_CHARS), { token, verified });
    },
  };
}
