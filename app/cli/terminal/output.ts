import { Failure, systemCode } from '../failure.js';
import type { Runtime } from '../runtime.js';

const STDOUT = 1;
export const STDERR = 2;
/** Between attempts to write to a pipe that is full. */
const PAUSE_MS = 5;

/**
 * Writes data to stdout, all of it before it returns. Without a stream: opening one would double the cost of `token`.
 * False once the reader is gone, as `head` is; throws the Failure `output_lost` on a full disk.
 */
export function writeData(data: string | Uint8Array, { write }: Pick<Runtime, 'write'>): boolean {
  let rest = typeof data === 'string' ? Buffer.from(data) : data;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(write(STDOUT, rest));
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') {
        throw new Failure('unexpected', 'output_lost', {
          message: `The output could not be written (${code}).`,
          hint: 'Free some space, or send the output elsewhere, and run the command again.',
          cause: error,
        });
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
  return true;
}
