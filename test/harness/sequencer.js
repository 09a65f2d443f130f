import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
/** @type {{ default: new () => { sort(tests: { path: string }[]): { path: string }[] } }} */
const { default: Sequencer } = require('@jest/test-sequencer');

/** Begins with what takes longest, the emulated cloud and the client libraries: at the end, one of two workers would wait. */
export default class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {{ path: string }[]} tests
   */
  sort(tests) {
    const isLong = (/** @type {{ path: string }} */ { path }) => /[\\/](?:cloud|clients)[\\/]/.test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
