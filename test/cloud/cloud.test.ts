import { accessControl } from './access.suite.js';
import { accessAuthorizer } from './authorizer.suite.js';
import { declarations } from './declarations.suite.js';
import { deployment } from './deployment.suite.js';
import { monitoring } from './monitoring.suite.js';
import { describeOnCloud } from './on-cloud.js';
import { privileges } from './privileges.suite.js';
import { proof } from './prove.suite.js';
import { removal } from './removal.suite.js';
import { secrets } from './secrets.suite.js';
import { poolTriggers } from './triggers.suite.js';

describeOnCloud('infra/ on an emulated AWS', (cloud) => {
  deployment(cloud);
  declarations(cloud);
  accessControl(cloud);
  accessAuthorizer(cloud);
  proof(cloud);
  privileges(cloud);
  poolTriggers(cloud);
  monitoring(cloud);
  secrets(cloud);
  removal(cloud);
});
