import type { Triggers } from '../../../../app/platform/triggers/trigger.js';

export const triggers: Triggers = {};
