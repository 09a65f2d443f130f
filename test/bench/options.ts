import type { NodeVersion } from '../lambda/runtime/lambda-function.js';

const { BENCH_NODE, BENCH_ROUNDS, BENCH_OLD_BUILD, BENCH_OLD_ENV = '' } = process.env;

/** The Node that functions run in: BENCH_NODE, 22 or 24. */
export const NODE: NodeVersion = BENCH_NODE === '24' ? 24 : 22;

/** How many rounds to measure: BENCH_ROUNDS, or what is usual. */
export function roundsOr(usual: number): number {
  return Number(BENCH_ROUNDS ?? usual);
}

/** Another commit to measure beside: BENCH_OLD_BUILD, its folder once it is built, and BENCH_OLD_ENV, `NAME=VALUE` that it needs. */
export const OLD =
  BENCH_OLD_BUILD === undefined
    ? undefined
    : { directory: BENCH_OLD_BUILD, environment: Object.fromEntries([BENCH_OLD_ENV.split('=', 2)]) };
