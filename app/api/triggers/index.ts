import type { Triggers } from '../../platform/triggers/trigger.js';
import loyalty from './loyalty.js';

/** What Cognito runs, by the names of the files here: locally in this process, in AWS a function each. */
export const triggers: Triggers = { loyalty };
