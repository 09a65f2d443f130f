/** Ends a run with the one line that tools read: `N passed, N failed, N skipped`. */
export default class Summary {
  /**
   * A suite that could not even run counts as one failure.
   * @param {unknown} _contexts
   * @param {Record<`num${'PassedTests' | 'FailedTests' | 'PendingTests' | 'TodoTests' | 'RuntimeErrorTestSuites'}`, number>} results
   */
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stderr.write(`${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
