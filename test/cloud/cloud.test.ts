import { afterAll, beforeAll, jest } from '@jest/globals';
import { accessControl } from './access.suite.js';
import { accessAuthorizer } from './authorizer.suite.js';
import { startCloud, type Cloud } from './cloud.js';
import { declarations } from './declarations.suite.js';
import { known } from './deployed.js';
import { deployment } from './deployment.suite.js';
import { EVERYTHING } from './everything.js';
import { monitoring } from './monitoring.suite.js';
import { privileges } from './privileges.suite.js';
import { proof } from './prove.suite.js';
import { removal } from './removal.suite.js';
import { secrets } from './secrets.suite.js';
import { poolTriggers } from './triggers.suite.js';
import { describeInCloud } from '../harness/tools.js';

// A plan takes seconds, and many where the machine has other work.
jest.setTimeout(60_000);

// One deployment serves all of these: it takes longer to make than to examine.
describeInCloud('infra/ on an emulated AWS', () => {
  let started: Cloud | undefined;

  beforeAll(async () => {
    started = await startCloud(EVERYTHING);
  }, 120_000);

  afterAll(() => started?.stop(), 120_000);

  const cloud = () => known(started);

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
