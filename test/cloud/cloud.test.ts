import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { theArticle } from './article.suite.js';
import { bothDoors } from './access.suite.js';
import { makeCallers, type Callers } from './callers.js';
import { changes } from './changes.suite.js';
import { checks, runChecks, type Checks } from './checks.suite.js';
import { startCloud, type Cloud } from './cloud.js';
import { deployment } from './deployment.suite.js';
import { privileges } from './privileges.suite.js';
import { readmes } from './readmes.suite.js';
import { refusals } from './refusals.suite.js';
import { removal } from './removal.suite.js';
import { secrets } from './secrets.suite.js';
import { missingTools } from './tools.js';

// A plan takes seconds, and many where the machine has other work.
jest.setTimeout(60_000);

const missing = missingTools();
const leftOut = missing.length > 0 && process.env['REQUIRE_CLOUD'] !== '1';
if (leftOut) process.stderr.write(`The cloud on a laptop is left out: ${missing.join(' and ')} not found.\n`);
const inCloud = leftOut ? describe.skip : describe;

// One deployment serves all of these: it takes longer to make than to examine.
inCloud('the cloud on a laptop', () => {
  let running: Cloud | undefined;
  let people: Callers;
  let checked: Promise<Checks> | undefined;

  beforeAll(async () => {
    if (missing.length > 0) throw new Error(`REQUIRE_CLOUD=1, but ${missing.join(' and ')} not found on the PATH`);
    running = await startCloud((terraform) => {
      checked = runChecks(terraform);
    });
    people = await makeCallers(running);
  }, 120_000);

  afterAll(async () => {
    await Promise.allSettled([checked]);
    await running?.stop();
  }, 120_000);

  function cloud() {
    if (!running) throw new Error('There is no cloud');
    return running;
  }
  const callers = () => people;
  const checksDone = () => checked ?? Promise.reject(new Error('Terraform was not initialised'));

  deployment(cloud);
  theArticle(cloud, callers);
  bothDoors(cloud, callers);
  privileges(cloud);
  secrets(cloud);
  changes(cloud);
  refusals(cloud);
  readmes(cloud);
  removal(cloud);
  checks(checksDone);
});
