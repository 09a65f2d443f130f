import { parseSegment } from './part.js';
import { headerNotAllowed } from './auth-problems.js';

/** RFC 7515 sections 4.1.9 to 4.1.11, RFC 7797, RFC 7516 section 4.1.3: whoever sends these wants other rules than ours. */
const REFUSED = ['crit', 'b64', 'zip', 'cty'];
/** A pool signs with two keys or so, and all tokens of a key have the same header. */
const REMEMBERED = 32;
const LONGEST = 256;

/** The `kid`, or it throws the refusal. RFC 8725 sections 3.1 and 3.11: the algorithm is ours to say, and a key that a token brings along is never used. */
export function parseHeader(part: string): string {
  const header = parseSegment(part);
  const { alg, kid, typ } = header;
  if (alg !== 'RS256' || typeof kid !== 'string') throw headerNotAllowed;
  if (typ !== undefined && (typeof typ !== 'string' || !/^(?:at\+)?jwt$/i.test(typ))) throw headerNotAllowed;
  if (REFUSED.some((name) => Object.hasOwn(header, name))) throw headerNotAllowed;
  return kid;
}

/** As `parseHeader`; what it read lately it doesn't read again. */
export function createHeaderReader(): (part: string) => string {
  const kids = new Map<string, string>();
  return (part) => {
    const known = kids.get(part);
    if (known !== undefined) return known;
    const kid = parseHeader(part);
    if (part.length <= LONGEST) {
      if (kids.size === REMEMBERED) kids.clear();
      kids.set(part, kid);
    }
    return kid;
  };
}
