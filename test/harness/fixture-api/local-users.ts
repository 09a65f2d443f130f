import type { LocalUser } from '../../../app/platform/contract/local-users.js';

export const localUsers: readonly LocalUser[] = [
  { pool: 'customers', username: 'regular', password: 'Passw0rd!', attributes: { 'custom:tenant': 'acme' } },
  { pool: 'staff', username: 'chef', password: 'Passw0rd!', groups: ['chefs'] },
];
