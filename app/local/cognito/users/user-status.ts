import type { User } from '../state/state.js';

export type UserStatus = 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED' | 'UNCONFIRMED';

/** FORCE_CHANGE_PASSWORD while the password is a temporary one. */
export const statusOf = ({ status, temporaryUntil }: User): UserStatus =>
  status ?? (temporaryUntil === undefined ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD');
