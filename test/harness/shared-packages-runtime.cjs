const path = require('node:path');
const { default: Runtime } = require('jest-runtime');

/**
 * They take longest to load, keep nothing from one test to the next, and no test minds that their objects are of another
 * realm. (OpenTelemetry's exporter imports `http` late, which the context of a test file can't.) Not so Express and jwks-rsa, whose errors are looked at by `instanceof`, and zod, whose values are compared.
 */
const SHARED =
  /^(?:@aws-crypto\/|@aws-sdk\/|@opentelemetry\/|@smithy\/|dynalite$|supertest$|ajv|fast-check$|helmet$|cors$|passport)/;

/** Jest's runtime, which loads these packages once a process rather than once a test file: a quarter of the time of small ones. */
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
