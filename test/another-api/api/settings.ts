import { defineSettings, integer, type SettingValues } from '../../../app/platform/config/setting.js';

export const settings = defineSettings({
  MAX_LOAN_DAYS: integer({ description: 'how long a book may be lent', min: 1, max: 365, default: 28 }),
});

export type ApiSettings = SettingValues<typeof settings>;
