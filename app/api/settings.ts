import { defineSettings, integer, type SettingValues } from '../platform/config/setting.js';

/** The API's own environment variables: checked at start, typed here, passed on by Terraform (`settings` in tfvars). */
export const settings = defineSettings({
  MAX_PIZZAS_PER_ORDER: integer({
    description: 'how many pizzas one order may have in all',
    min: 1,
    max: 1000,
    default: 50,
  }),
});

export type ApiSettings = SettingValues<typeof settings>;
