/** The rooms that are mutated, and the tests that decide: those of a room's own files, which need no server of the whole API. */
const TESTS = {
  auth: ['test/platform/auth/*.test.ts'],
  http: ['test/platform/http/!(transport).test.ts'],
  lambda: ['test/platform/lambda/*.test.ts'],
  dynamodb: ['test/platform/dynamodb/*.test.ts'],
  revocation: ['test/platform/revocation/*.test.ts'],
};

const room = /** @type {keyof typeof TESTS} */ (process.env['ROOM']);
const tests = TESTS[room];
if (!tests) throw new Error(`Name a room, such as make mutate ROOM=auth: ${Object.keys(TESTS).join(', ')}`);

// Of the emulators of DynamoDB, the one that starts in this process is enough.
process.env['WITHOUT_MOTO'] = '1';

export default {
  packageManager: 'npm',
  plugins: [
    './test/mutation/node_modules/@stryker-mutator/jest-runner/dist/src/index.js',
    './test/mutation/own-tests-first.js',
  ],
  // TypeScript 7 has no compiler API, with which Stryker would rewrite tsconfig.json.
  tsconfigFile: 'test/mutation/none.json',
  mutate: [`app/platform/${room}/*.ts`, '!app/platform/**/*-schema.ts'],
  ignorePatterns: [
    '/dist',
    '/.local',
    '/infra',
    '/test/cloud',
    '/test/operations',
    '/test/cli',
    '/test/bench',
    '**/node_modules',
  ],
  testRunner: 'own-tests-first',
  coverageAnalysis: 'perTest',
  jest: {
    projectType: 'custom',
    config: {
      testMatch: tests.map((pattern) => `<rootDir>/${pattern}`),
      testEnvironment: new URL('./fail-fast-environment.cjs', import.meta.url).pathname,
      // A test that is never answered fails after 5 s, where it would otherwise hold up the run for 20.
      testTimeout: 5_000,
    },
    // Of the test files, only those that import the file that is mutated.
    enableFindRelatedTests: true,
  },
  concurrency: 1,
  // A busy machine must not look like an endless loop.
  timeoutMS: 60_000,
  incremental: true,
  incrementalFile: `.stryker-tmp/${room}.incremental.json`,
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: `.stryker-tmp/${room}.json` },
  thresholds: { high: 98, low: 95, break: 95 },
  clearTextReporter: { allowColor: false, logTests: false },
};
