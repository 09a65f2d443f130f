import { invalidParameter } from '../errors.js';
import { integer, list, stringMap, structure, text } from './members.js';
import { isStructure, optional, required, violation, wrongType, type OptionalField } from './shape.js';

// The members that many operations share, with the limits of AWS's model of the API.

export const poolId = required(text({ min: 1, max: 55, pattern: /[\w-]+_[0-9a-zA-Z]+/ }));
export const optionalClientId = text({ min: 1, max: 128, pattern: /[\w+]+/ });
export const clientId = required(optionalClientId);
export const clientSecret = text({ min: 24, max: 64, pattern: /[\w+]+/ });
export const optionalName = text({ min: 1, max: 128, pattern: /[\w\s+=,.@-]+/ });
export const name = required(optionalName);
export const username = required(text({ min: 1, max: 128, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u }));
export const groupName = username;
export const password = text({ max: 256, pattern: /\S+(?: \S+)*/ });
export const optionalToken = text({ max: 16_384, pattern: /[A-Za-z0-9_=.-]+/ });
export const token = required(optionalToken);
export const secretHash = text({ min: 1, max: 128, pattern: /[\w+=/]+/ });
export const code = text({ min: 1, max: 2048, pattern: /\S+/ });
export const attributeName = text({ min: 1, max: 32, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+/u });
export const uuid = text({
  pattern: /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}/,
});
export const arn = text({
  min: 20,
  max: 2048,
  pattern: /arn:[\w+=/,.@-]+:[\w+=/,.@-]+:(?:[\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(?::[\w+=/,.@-]+)?(?::[\w+=/,.@-]+)?/,
});
export const session = text({ min: 20, max: 2048 });
export const attribute = structure({
  Name: required(attributeName),
  Value: text({ max: 2048 }),
});

/** What triggers receive with their events. */
export const clientMetadata = stringMap;
export const validationData = list(required(attribute));

/** Key to value; at most 128 and 256 characters. */
export const tags: OptionalField<Record<string, string>> = optional((value, at, problems) => {
  if (!isStructure(value)) throw wrongType(at, 'a map');
  for (const [key, tag] of Object.entries(value)) {
    if (typeof tag !== 'string') throw wrongType(`${at}.${key}`, 'a string');
    if (key.length < 1 || key.length > 128 || tag.length > 256)
      problems.push(violation(at, 'Map keys must have 1 to 128 characters, map values at most 256'));
  }
  return value as Record<string, string>;
});

/** The account that the emulator's ARNs name. */
export const ACCOUNT_ID = '000000000000';

/** Dates are sent as seconds since 1970. */
export const date = (ms: number) => ms / 1000;

const MAX_PAGE_SIZE = 60;

export const limit = integer(0, MAX_PAGE_SIZE);
export const pageToken = text({ min: 1, max: 4096, pattern: /\S+/ });
export const paging = { Limit: limit, NextToken: pageToken };

/** A page of `entries` in the order of their keys, and the token of the next page if there is one. */
export function page<T>(
  entries: Iterable<readonly [string, T]>,
  size = MAX_PAGE_SIZE,
  token?: string,
): { items: T[]; next?: string } {
  const after = token === undefined ? '' : lastKey(token);
  const rest = [...entries].filter(([key]) => key > after).sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = rest.slice(0, size || MAX_PAGE_SIZE);
  const last = shown.at(-1);
  const items = shown.map(([, item]) => item);
  return last && shown.length < rest.length
    ? { items, next: Buffer.from(`>${last[0]}`).toString('base64url') }
    : { items };
}

function lastKey(token: string): string {
  const decoded = Buffer.from(token, 'base64url').toString();
  if (!decoded.startsWith('>')) throw invalidParameter('Invalid pagination token.');
  return decoded.slice(1);
}
