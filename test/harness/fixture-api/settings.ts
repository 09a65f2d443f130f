import { defineSettings, integer, type SettingValues } from '../../../app/platform/config/setting.js';

export const settings = defineSettings({
  MAX_TAGS: integer({ description: 'how many tags an item may have', min: 1, max: 100, default: 20 }),
});

export type ApiSettings = SettingValues<typeof settings>;
