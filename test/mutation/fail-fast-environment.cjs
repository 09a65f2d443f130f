const { TestEnvironment } = require('jest-environment-node');

/** Jest's environment for Node, in which the tests of a file end with the first that fails: one is enough to kill a mutant. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  hasFailed = false;

  /**
   * After a beforeAll that fails, Jest itself fails each test.
   * @param {{ name: string, test: { mode?: string }, hook?: { type: string } }} event
   */
  handleTestEvent({ name, test, hook }) {
    if (name === 'test_fn_failure' || (name === 'hook_failure' && hook?.type.endsWith('Each'))) this.hasFailed = true;
    if (name === 'test_start' && this.hasFailed) test.mode = 'skip';
  }
};
