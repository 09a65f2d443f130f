import type { LocalUser } from '../../../app/platform/contract/local-users.js';

export const localUsers: readonly LocalUser[] = [
  { pool: 'readers', username: 'rita', password: 'Passw0rd!' },
  { pool: 'librarians', username: 'carl', password: 'Passw0rd!', groups: ['curators', 'interns'] },
];
