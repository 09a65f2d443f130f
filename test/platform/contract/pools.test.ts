import { expect, test } from '@jest/globals';
import { defineAccess } from '../../../app/platform/contract/pools.js';

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
    guests: { signIn: {}, groups: {}, resourceServer: 'fixture-api', scopes: {}, clients: people, attributes: {} },
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
    },
  });
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
  expect(() =>
    defineAccess('fixture-api', {
      staff: { scopes, machines: { kitchen } },
      others: { scopes, machines: { [name]: kitchen } },
    }),
  ).toThrow(`Two clients are named ${name}: give the machine another name.`);
});
