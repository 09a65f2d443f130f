import { describeOnCloud } from '../cloud/on-cloud.js';
import { changes } from './changes.suite.js';
import { checks } from './checks.suite.js';
import { readmes } from './readmes.suite.js';
import { refusals } from './refusals.suite.js';
import { tfvarsFilesPlan } from './tfvars.suite.js';

// Terraform's own answers, without a call of what is deployed.
describeOnCloud('plans on an emulated AWS', (cloud) => {
  changes(cloud);
  refusals(cloud);
  tfvarsFilesPlan(cloud);
  readmes(cloud);
  checks(cloud);
});
