import type { Cloud } from '../cloud/cloud.js';
import { describeOnCloud } from '../cloud/on-cloud.js';
import { changes } from './changes.suite.js';
import { checks } from './checks.suite.js';
import { readmes } from './readmes.suite.js';
import { refusals } from './refusals.suite.js';
import { restoring } from './restore.suite.js';
import { tfvarsFilesPlan } from './tfvars.suite.js';
import { triggerChanges } from './triggers.suite.js';

const suites = (cloud: () => Cloud) => {
  changes(cloud);
  refusals(cloud);
  tfvarsFilesPlan(cloud);
  readmes(cloud);
  checks(cloud);
  triggerChanges(cloud);
  // Last, as it changes what is deployed.
  restoring(cloud);
};

// Terraform's own answers, without a call of what is deployed, and another table for it. The emulator forgets the tags of a
// pool that is updated.
describeOnCloud('plans on an emulated AWS', suites, { tags: {} });
