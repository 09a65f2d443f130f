import { afterAll, beforeAll, jest } from '@jest/globals';
import { startCloud, type Cloud } from '../cloud/cloud.js';
import { known } from '../cloud/deployed.js';
import { EVERYTHING } from '../cloud/everything.js';
import { describeInCloud } from '../harness/tools.js';
import { bootstrap } from './bootstrap.suite.js';
import { changes } from './changes.suite.js';
import { checks, runChecks, type Checks } from './checks.suite.js';
import { readmes } from './readmes.suite.js';
import { refusals } from './refusals.suite.js';
import { releases } from './release.suite.js';
import { runbook } from './runbook.suite.js';
import { tfvarsFilesPlan } from './tfvars.suite.js';

// A plan takes seconds, and many where the machine has other work.
jest.setTimeout(60_000);

// What an operator does with a deployment, by the tools that an operator has: minutes, and so not part of `make test`.
describeInCloud('operating what is deployed on an emulated AWS', () => {
  let started: Cloud | undefined;
  let checked: Promise<Checks> | undefined;

  beforeAll(async () => {
    started = await startCloud({
      ...EVERYTHING,
      initialised: (terraform) => {
        checked = runChecks(terraform);
      },
    });
  }, 120_000);

  afterAll(async () => {
    await Promise.allSettled([checked]);
    await started?.stop();
  }, 120_000);

  const cloud = () => known(started);

  changes(cloud);
  refusals(cloud);
  tfvarsFilesPlan(cloud);
  readmes(cloud);
  runbook(cloud);
  bootstrap(cloud);
  releases(cloud);
  checks(() => checked ?? Promise.reject(new Error('Terraform is not initialised')));
});
