import { invalidParameter } from '../errors.js';

const LARGEST = 60;

/** A page of `entries` in the order of their keys, and the token for the next one where there is more. */
export function page<T>(
  entries: Iterable<readonly [string, T]>,
  limit = LARGEST,
  token?: string,
): { items: T[]; next?: string } {
  const after = token === undefined ? '' : keyIn(token);
  const rest = [...entries].filter(([key]) => key > after).sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = rest.slice(0, limit || LARGEST);
  const last = shown.at(-1);
  const items = shown.map(([, item]) => item);
  return last && shown.length < rest.length
    ? { items, next: Buffer.from(`>${last[0]}`).toString('base64url') }
    : { items };
}

function keyIn(token: string): string {
  const decoded = Buffer.from(token, 'base64url').toString();
  if (!decoded.startsWith('>')) throw invalidParameter('Invalid pagination token.');
  return decoded.slice(1);
}
