const path = require('node:path');
const { default: Runtime } = require('jest-runtime');

/** They take longest to load, keep nothing from one test to the next, and no test minds that their objects are of another realm. */
const SHARED = /^(?:@aws-sdk\/|@smithy\/|dynalite$)/;

/** Jest's runtime, which loads these packages once a process rather than once a test file. */
module.exports = class SharedPackagesRuntime extends Runtime {
  /**
   * @override
   * @param {string} from
   * @param {string} name
   */
  requireModuleOrMock(from, name) {
    if (SHARED.test(name)) return require(require.resolve(name, { paths: [path.dirname(from)] }));
    return super.requireModuleOrMock(from, name);
  }
};
