import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LAMBDA_FLAGS, nodeBinary } from '../lambda/runtime/lambda-function.js';
import { createCandidates } from './candidates.js';
import type { Measurement } from './measurement.js';
import { NODE, roundsOr } from './options.js';
import { median, quantile, ratio } from './statistics.js';

const ROUNDS = roundsOr(5);

/** Microseconds of each of 4000 invocations, one after another, in a process of its own. */
export async function warmTimes(bundle: string, env: Readonly<Record<string, string>>): Promise<number[]> {
  const args = [...LAMBDA_FLAGS, 'test/bench/child/warm-answers.mjs', bundle];
  const { stdout } = await promisify(execFile)(nodeBinary(NODE), args, { env, maxBuffer: 2 ** 28 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as number[];
}

/** Invocations of a function that is warm, its token cached: rounds of 4000 in a process of its own, interleaved. */
export async function* measure(): AsyncGenerator<Measurement> {
  const { bundles, environment: env, remove } = await createCandidates();
  const rounds = new Map([...bundles.keys()].map((name) => [name, [] as number[][]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, bundle] of bundles) {
      rounds.get(name)?.push(await warmTimes(bundle, { ...env, LOG_LEVEL: 'warn', METRICS: 'off' }));
    }
  }
  await remove();

  const over = (name: string, share: number) => (rounds.get(name) ?? []).map((times) => quantile(times, share));
  const [bare = ''] = bundles.keys();
  yield {
    name: 'Warm invocation',
    how: `handler called to answer on Node ${NODE}, medians of ${ROUNDS} rounds of 4000, in µs`,
    rows: [
      ['', 'median', 'median / bare', 'p99', 'p99 / median'],
      ...[...bundles.keys()].map((name) => [
        name,
        median(over(name, 0.5)).toFixed(0),
        ratio(over(name, 0.5), over(bare, 0.5)).toFixed(2),
        median(over(name, 0.99)).toFixed(0),
        ratio(over(name, 0.99), over(name, 0.5)).toFixed(2),
      ]),
    ],
    plotted: { column: 'median / bare', better: 'lower' },
  };
}
