import { afterAll, beforeAll, jest } from '@jest/globals';
import { describeInCloud } from '../harness/tools.js';
import { startCloud, type Cloud } from './cloud.js';
import { known } from './deployed.js';
import { EVERYTHING } from './everything.js';
import type { Tfvars } from './tfvars.js';

/** Suites that share one deployment of everything, but for `others`: it takes longer to make than to examine. */
export function describeOnCloud(name: string, suites: (cloud: () => Cloud) => void, others: Tfvars = {}): void {
  // A plan takes seconds, and many where the machine has other work.
  jest.setTimeout(60_000);

  describeInCloud(name, () => {
    let started: Cloud | undefined;

    beforeAll(async () => {
      started = await startCloud({ ...EVERYTHING, overrides: { ...EVERYTHING.overrides, ...others } });
    }, 120_000);

    afterAll(() => started?.stop(), 120_000);

    suites(() => known(started));
  });
}
