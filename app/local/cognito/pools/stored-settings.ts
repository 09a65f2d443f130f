import type { Pool } from '../state/state.js';
import type { ChangeableSettings } from './pool-settings.js';

/** The pool's settings, as the last CreateUserPool or UpdateUserPool gave them. */
export function settingsOf(pool: Pool): ChangeableSettings {
  const settings: ChangeableSettings = JSON.parse(pool.settings);
  return settings;
}

/** Replaces some of the settings. */
export function changeSettings(pool: Pool, changes: ChangeableSettings): void {
  pool.settings = JSON.stringify({ ...settingsOf(pool), ...changes });
}
