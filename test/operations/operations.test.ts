import { describeOnCloud } from '../cloud/on-cloud.js';
import { removal } from '../cloud/removal.suite.js';
import { bootstrap } from './bootstrap.suite.js';
import { edge } from './edge.suite.js';
import { previews } from './previews.suite.js';
import { releases } from './release.suite.js';
import { runbook } from './runbook.suite.js';

// What an operator does with a deployment, by the tools that an operator has: minutes, and so not part of `make test`.
describeOnCloud('operating what is deployed on an emulated AWS', (cloud) => {
  runbook(cloud);
  releases(cloud);
  removal(cloud);
  previews(cloud);
  edge(cloud);
  // Last, as it examines the calls of all that was done before.
  bootstrap(cloud);
});
