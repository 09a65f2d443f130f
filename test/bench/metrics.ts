import { createCandidates } from './candidates.js';
import { start } from './cold.js';
import type { Measurement } from './measurement.js';
import { roundsOr } from './options.js';
import { median, quantile, ratio } from './statistics.js';
import { warmTimes } from './warm.js';

const ROUNDS = roundsOr(25);
/** A warm round is 4000 invocations. */
const WARM_EVERY = 5;

/** The same twice, so that the second time says what is noise. */
const SETTINGS = { 'metrics off': 'off', 'metrics on': 'on', 'metrics off, again': 'off' };

/** What metrics cost a cold start and a warm invocation: interleaved rounds of the same bundle, its log written at `info`. */
export async function* measure(): AsyncGenerator<Measurement> {
  const { bundles, environment, remove } = await createCandidates();
  const bundle = bundles.get('this project');
  if (bundle === undefined) throw new Error('There is no build of this project to measure');
  const settings = Object.entries(SETTINGS);
  const cold = new Map(settings.map(([name]) => [name, [] as number[]]));
  const warm = new Map(settings.map(([name]) => [name, [] as number[]]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, METRICS] of round % 2 === 0 ? settings : settings.toReversed()) {
      const env = { ...environment, LOG_LEVEL: 'info', METRICS };
      const { wallMs } = await start(bundle, env);
      if (round < 0) continue;
      cold.get(name)?.push(wallMs);
      if (round % WARM_EVERY === 0) warm.get(name)?.push(quantile(await warmTimes(bundle, env), 0.5));
    }
  }
  await remove();

  const middle = (all: ReadonlyMap<string, number[]>, name: string) => median(all.get(name) ?? []);
  const ofOff = (all: ReadonlyMap<string, number[]>, name: string) =>
    ratio(all.get(name) ?? [], all.get('metrics off') ?? []).toFixed(3);
  yield {
    name: 'Metrics',
    how: `cold start in ms, medians of ${ROUNDS} rounds, and warm invocation in µs, of ${Math.ceil(ROUNDS / WARM_EVERY)} rounds of 4000`,
    rows: [
      ['', 'cold', 'cold / off', 'warm', 'warm / off'],
      ...settings.map(([name]) => [
        name,
        middle(cold, name).toFixed(1),
        ofOff(cold, name),
        middle(warm, name).toFixed(0),
        ofOff(warm, name),
      ]),
    ],
  };
}
