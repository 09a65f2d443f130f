import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
/** @type {{ default: new () => { sort(tests: { path: string }[]): { path: string }[] } }} */
const { default: Sequencer } = require('@jest/test-sequencer');

/** Begins with the deployments to the emulated cloud, which take longest: at the end, one of two workers would wait. */
export default class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {{ path: string }[]} tests
   */
  sort(tests) {
    const isCloud = (/** @type {{ path: string }} */ { path }) => /[\\/]cloud[\\/]/.test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter(isCloud), ...sorted.filter((test) => !isCloud(test))];
  }
}
