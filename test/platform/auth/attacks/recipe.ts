import fc from 'fast-check';
import { createHmac, sign } from 'node:crypto';
import { publicJwk, type Issuer, type SigningKey } from '../../../harness/issuer.js';

/** A change of a text or a token; `at` is a position as a fraction of its length. */
type Mutation =
  | { kind: 'replace' | 'insert'; at: number; text: string }
  | { kind: 'delete'; at: number; length: number }
  | { kind: 'repeat'; at: number; length: number }
  | { kind: 'swap'; at: number };

export interface Recipe {
  staff: boolean;
  id: boolean;
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** On the JSON before it is signed. */
  headerText: readonly Mutation[];
  claimsText: readonly Mutation[];
  signer: 'genuine' | 'other pool' | 'forger' | 'hmac' | 'none' | 'garbage';
  /** On the finished token. */
  token: readonly Mutation[];
}

const position = fc.double({ min: 0, max: 1, noNaN: true });
const oddText = fc.constantFrom(
  'A',
  '=',
  '+',
  '/',
  '-',
  '_',
  '.',
  '..',
  '%',
  '~',
  '\u00e9',
  '"',
  '{',
  '}',
  '[',
  ']',
  '0',
  'e',
  '\\',
  '\\u0061',
);

function mutations(text: fc.Arbitrary<string>, often: number): fc.Arbitrary<readonly Mutation[]> {
  const mutation = fc.oneof<fc.Arbitrary<Mutation>[]>(
    fc.record({ kind: fc.constantFrom('replace', 'insert'), at: position, text }),
    fc.record({ kind: fc.constant('delete'), at: position, length: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('repeat'), at: position, length: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ kind: fc.constant('swap'), at: position }),
  );
  return fc.oneof(
    { weight: often, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
  );
}

/** Claims and header members as an attacker, a careless issuer or another implementation might write them. */
const value = fc.oneof(
  fc.constantFrom<unknown[]>(
    undefined,
    null,
    true,
    false,
    0,
    -1,
    1,
    0.5,
    1e308,
    4e9,
    '',
    'RS256',
    'none',
    'HS256',
    'JWT',
    'at+jwt',
    'access',
    'id',
    [],
    ['a'],
    {},
    { a: 1 },
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.jsonValue({ maxDepth: 2 }),
);
/** Seconds from now; none so near to a limit that a slow run could cross it. */
const time = fc.constantFrom<unknown[]>(
  'now-1e9',
  'now-60',
  'now-2.5',
  'now+2',
  'now+2.5',
  'now+60',
  'now+600.25',
  'now+1e9',
);
const sometimes = <T>(often: number, arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { freq: often, nil: undefined });

const header = fc.dictionary(
  fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'zip', 'cty', 'jku', 'jwk', 'x5u', 'x5c', '__proto__', 'x'),
  value,
  { maxKeys: 2 },
);
const claims = fc
  .tuple(
    fc.dictionary(
      fc.constantFrom(
        'iss',
        'sub',
        'aud',
        'client_id',
        'token_use',
        'exp',
        'iat',
        'nbf',
        'username',
        'cognito:username',
        'cognito:groups',
        'scope',
        'jti',
        '__proto__',
        'constructor',
        'x',
      ),
      value,
      { maxKeys: 2 },
    ),
    fc.record({ exp: time, iat: time, nbf: time }, { requiredKeys: [] }),
  )
  .map(([some, times]) => Object.assign(some, times));

export const recipe: fc.Arbitrary<Recipe> = fc.record({
  staff: fc.boolean(),
  id: fc.boolean(),
  header: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: header }),
  claims: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: claims }),
  headerText: mutations(oddText, 12),
  claimsText: mutations(oddText, 8),
  signer: sometimes(1, fc.constantFrom('other pool', 'forger', 'hmac', 'none', 'garbage')).map(
    (signer) => signer ?? 'genuine',
  ),
  token: mutations(oddText, 3),
});

const characters = fc.constantFrom(
  ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_....==+/~!%"\\{}'),
);
/** A text that no token was the base of. */
export const arbitraryText = fc.oneof(
  fc.string({ unit: characters, minLength: 1, maxLength: 400 }),
  fc
    .tuple(fc.json(), fc.json(), fc.base64String())
    .map(
      ([head, payload, rest]) =>
        `${Buffer.from(head).toString('base64url')}.${Buffer.from(payload).toString('base64url')}.${rest}`,
    ),
  fc
    .array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.')),
);

function mutate(text: string, changes: readonly Mutation[]) {
  return changes.reduce((result, change) => {
    const at = Math.floor(change.at * result.length);
    const [before, after] = [result.slice(0, at), result.slice(at)];
    switch (change.kind) {
      case 'replace':
        return before + change.text + after.slice(1);
      case 'insert':
        return before + change.text + after;
      case 'delete':
        return before + after.slice(change.length);
      case 'repeat':
        return before + after.slice(0, change.length) + after;
      case 'swap':
        return before + (after[1] ?? '') + (after[0] ?? '') + after.slice(2);
      default:
        return change satisfies never;
    }
  }, text);
}

function withTimes(values: Record<string, unknown>) {
  const now = Date.now() / 1000;
  return Object.fromEntries(
    Object.entries(values).map(([name, content]) => [
      name,
      typeof content === 'string' && content.startsWith('now') ? now + Number(content.slice(3)) : content,
    ]),
  );
}

/** The token of a recipe, as it is sent. */
export function tokenOf(
  { staff, id, header, claims, headerText, claimsText, signer, token }: Recipe,
  issuers: { customers: Issuer; staff: Issuer; forger: SigningKey },
) {
  const [issuer, other] = staff ? [issuers.staff, issuers.customers] : [issuers.customers, issuers.staff];
  const base = id ? issuer.idClaims(withTimes(claims)) : issuer.accessClaims(withTimes(claims));
  const head = mutate(JSON.stringify({ kid: issuer.key.kid, alg: 'RS256', ...header }), headerText);
  const payload = mutate(JSON.stringify(base), claimsText);
  const signed = `${Buffer.from(head).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  const rs256 = ({ privateKey }: SigningKey) =>
    sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url');
  const signatures = {
    genuine: () => rs256(issuer.key),
    'other pool': () => rs256(other.key),
    forger: () => rs256(issuers.forger),
    hmac: () =>
      createHmac('sha256', JSON.stringify(publicJwk(issuer.key)))
        .update(signed)
        .digest('base64url'),
    none: () => '',
    garbage: () => Buffer.alloc(256, signed).toString('base64url'),
  };
  return mutate(`${signed}.${signatures[signer]()}`, token);
}
