import type { Triggers } from '../../../../app/platform/triggers/trigger.js';
import tenant from './tenant.js';

export const triggers: Triggers = { tenant };
