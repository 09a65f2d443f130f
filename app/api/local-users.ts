import type { LocalUser } from '../platform/contract/local-users.js';

/** People whom the local Cognito has from the start. */
export const localUsers: readonly LocalUser[] = [
  { pool: 'customers', username: 'regular', password: 'Passw0rd!', attributes: { 'custom:loyalty': 'gold' } },
  { pool: 'staff', username: 'chef', password: 'Passw0rd!', groups: ['chefs'] },
];
