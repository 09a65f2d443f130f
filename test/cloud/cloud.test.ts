import { afterAll, beforeAll, jest } from '@jest/globals';
import { accessControl } from './access.suite.js';
import { accessAuthorizer } from './authorizer.suite.js';
import { bootstrap } from './bootstrap.suite.js';
import { changes } from './changes.suite.js';
import { checks, runChecks, type Checks } from './checks.suite.js';
import { startCloud, type Cloud } from './cloud.js';
import { declarations, MANAGED_LOGIN, ORIGIN, POOL_WITH_MANAGED_LOGIN } from './declarations.suite.js';
import { deployment } from './deployment.suite.js';
import { monitoring } from './monitoring.suite.js';
import { privileges } from './privileges.suite.js';
import { readmes } from './readmes.suite.js';
import { refusals } from './refusals.suite.js';
import { releases } from './release.suite.js';
import { removal } from './removal.suite.js';
import { runbook } from './runbook.suite.js';
import { secrets } from './secrets.suite.js';
import { tfvarsFilesPlan } from './tfvars.suite.js';
import { poolTriggers } from './triggers.suite.js';
import { describeInCloud } from '../harness/tools.js';

// A plan takes seconds, and many where the machine has other work.
jest.setTimeout(60_000);

// One deployment serves all of these: it takes longer to make than to examine.
describeInCloud('infra/ on an emulated AWS', () => {
  let started: Cloud | undefined;
  let checked: Promise<Checks> | undefined;

  beforeAll(async () => {
    started = await startCloud({
      tfvars: 'dev',
      overrides: {
        access_authorizer: true,
        api: { cors: { origins: [ORIGIN] } },
        function: { log_level: 'info' },
        pools: {
          [POOL_WITH_MANAGED_LOGIN]: {
            managed_login: {
              callback_urls: MANAGED_LOGIN.callbackUrls,
              logout_urls: MANAGED_LOGIN.logoutUrls,
              scopes: MANAGED_LOGIN.scopes,
              rotation_grace_seconds: MANAGED_LOGIN.rotationGraceSeconds,
            },
          },
        },
        revocation_events: true,
        // moto has no PutQueryDefinition.
        monitoring: { emails: ['ops@example.com'], saved_queries: false },
      },
      initialised: (terraform) => {
        checked = runChecks(terraform);
      },
    });
  }, 120_000);

  afterAll(async () => {
    await Promise.allSettled([checked]);
    await started?.stop();
  }, 120_000);

  function cloud() {
    if (!started) throw new Error('Nothing is deployed');
    return started;
  }

  deployment(cloud);
  declarations(cloud);
  accessControl(cloud);
  accessAuthorizer(cloud);
  privileges(cloud);
  poolTriggers(cloud);
  monitoring(cloud);
  secrets(cloud);
  changes(cloud);
  refusals(cloud);
  tfvarsFilesPlan(cloud);
  readmes(cloud);
  runbook(cloud);
  bootstrap(cloud);
  releases(cloud);
  removal(cloud);
  checks(() => checked ?? Promise.reject(new Error('Terraform is not initialised')));
});
