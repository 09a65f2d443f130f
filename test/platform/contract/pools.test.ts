import { expect, test } from '@jest/globals';
import { assertAccess } from '../../../app/platform/contract/assert-access.js';
import { defineAccess, type PoolDeclaration } from '../../../app/platform/contract/pools.js';

const access = defineAccess('fixture-api', {
  guests: {},
  staff: {
    signIn: { aliases: ['email'], selfRegistration: false },
    tokenUse: ['access'],
    groups: { chefs: 'May add items.' },
    scopes: { 'items.write': 'Add items.', 'items.read': 'Read items.' },
    machines: { kitchen: { scopes: ['items.write', 'items.read'] } },
  },
});

const people = { people: { type: 'people', secret: true }, public: { type: 'people', secret: false } };

test('the document holds every pool with nothing left out, scopes of machines in full', () => {
  expect(access.document).toEqual({
    guests: {
      signIn: {},
      groups: {},
      resourceServer: 'fixture-api',
      scopes: {},
      clients: people,
      attributes: {},
      claims: {},
    },
    staff: {
      signIn: { aliases: ['email'], selfRegistration: false },
      tokenUse: ['access'],
      groups: { chefs: 'May add items.' },
      resourceServer: 'fixture-api',
      scopes: { 'items.write': 'Add items.', 'items.read': 'Read items.' },
      clients: {
        ...people,
        kitchen: { type: 'machine', scopes: ['fixture-api/items.write', 'fixture-api/items.read'] },
      },
      attributes: {},
      claims: {},
    },
  });
});

test('claims say what tokens name them, and in which tokens they count; attributes are as declared', () => {
  const { document } = defineAccess('fixture-api', {
    guests: {
      attributes: { tenant: { type: 'string', max: 36, mutable: false } },
      claims: {
        tenant: { type: 'string', attribute: 'tenant', tokens: ['id'] },
        level: { type: 'string', values: ['junior', 'senior'] },
      },
    },
  });
  expect(document['guests']).toMatchObject({
    attributes: { tenant: { type: 'string', max: 36, mutable: false } },
    claims: {
      tenant: { claim: 'custom:tenant', type: 'string', tokens: ['id'] },
      level: { claim: 'level', type: 'string', values: ['junior', 'senior'], tokens: ['id', 'access'] },
    },
  });
});

test.each<[string, PoolDeclaration, string]>([
  ["Cognito's own", { claims: { sub: { type: 'string' } } }, "the claim sub is Cognito's own"],
  [
    'the name of every prototype',
    { claims: JSON.parse('{"__proto__":{"type":"string"}}') as never },
    'the claim __proto__',
  ],
  [
    'of no attribute',
    { claims: { plan: { type: 'string', attribute: 'plan' } } },
    "attribute plan, which the pool doesn't",
  ],
  [
    'of an attribute that people write themselves',
    {
      attributes: { plan: { type: 'string', selfService: true } },
      claims: { plan: { type: 'string', attribute: 'plan' } },
    },
    'of an attribute that people write themselves',
  ],
  [
    'in no token that the pool accepts',
    { tokenUse: ['access'], claims: { plan: { type: 'string', tokens: ['id'] } } },
    "counts in no kind of token that the pool's tokenUse accepts",
  ],
  ['an attribute with a long name', { attributes: { ['a'.repeat(21)]: { type: 'string' } } }, '1 to 20 characters'],
  ['an attribute with its prefix', { attributes: { 'custom:plan': { type: 'string' } } }, 'no custom: before it'],
])('a claim is refused that is %s', (_what, guests, message) => {
  const declared = defineAccess('fixture-api', { guests } as never);
  expect(() => assertAccess(declared)).toThrow(message);
});

test('rules that ask for claims say so, narrowed as often as one likes, and are frozen', () => {
  const { guests } = defineAccess('fixture-api', {
    guests: {
      groups: { regulars: '' },
      scopes: { read: '' },
      claims: { tenant: { type: 'string' }, level: { type: 'number' }, roles: { type: 'strings' } },
    },
  }).pools;
  const byLevel = guests.claim('tenant').claim('level', 2, 3);
  const claims = [{ name: 'tenant' }, { name: 'level', values: [2, 3] }];
  const rules = [byLevel, byLevel.group('regulars'), byLevel.scope('read'), guests.claim('roles', 'cook').owner()];
  expect(JSON.parse(JSON.stringify(rules))).toEqual([
    { pool: 'guests', claims },
    { pool: 'guests', groups: ['regulars'], claims },
    { pool: 'guests', scopes: ['fixture-api/read'], claims },
    { pool: 'guests', ownerOnly: true, claims: [{ name: 'roles', values: ['cook'] }] },
  ]);
  expect(rules.every((rule) => Object.isFrozen(rule) && Object.isFrozen(rule.claims))).toBe(true);
  expect(guests).not.toHaveProperty('claims');
});

test('rules are written with the pools, their groups and their scopes', () => {
  const { guests, staff } = access.pools;
  expect([guests.pool, staff.group('chefs'), staff.scope('items.read'), guests.owner()]).toEqual([
    'guests',
    { pool: 'staff', groups: ['chefs'] },
    { pool: 'staff', scopes: ['fixture-api/items.read'] },
    { pool: 'guests', ownerOnly: true },
  ]);
});

test.each(['people', 'public', 'kitchen'])('a second client named %s is refused', (name) => {
  const scopes = { read: '' };
  const kitchen = { scopes: ['read'] } as const;
  const declared = defineAccess('fixture-api', {
    staff: { scopes, machines: { kitchen } },
    others: { scopes, machines: { [name]: kitchen } },
  });
  expect(() => assertAccess(declared)).toThrow(`Two clients are named ${name}: give the machine another name.`);
});

test('sign-in aliases beside addresses as user names are refused', () => {
  const guests = { signIn: { aliases: ['preferred_username'], usernames: ['email'] } } as const;
  expect(() => assertAccess(defineAccess('fixture-api', { guests }))).toThrow(
    'Pool guests: a pool has sign-in aliases, or addresses as usernames: remove signIn.aliases or signIn.usernames.',
  );
});
