import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { LAMBDA_FLAGS, nodeBinary } from '../lambda/runtime/lambda-function.js';
import { createCandidates } from './candidates.js';
import type { Measurement } from './measurement.js';
import { NODE, roundsOr } from './options.js';
import { median, ratio } from './statistics.js';

const RUNS = roundsOr(25);

export interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** A fresh process that loads a bundle: from its start to its first answer. */
export async function start(bundle: string, env: Readonly<Record<string, string>>): Promise<Start> {
  const started = performance.now();
  const child = spawn(nodeBinary(NODE), [...LAMBDA_FLAGS, 'test/bench/child/first-answer.mjs', bundle], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let written = '';
  let wallMs = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
    if (written.includes('answered')) wallMs ||= performance.now() - started;
  });
  await once(child, 'close');
  const [, status, cpu] = /answered (\d+) (\d+)/.exec(written) ?? [];
  if (status !== '200') throw new Error(`${bundle} answered ${status ?? 'nothing'}:\n${written}`);
  return { wallMs, cpuMs: Number(cpu) / 1000 };
}

/** Cold starts, interleaved, so that what else the machine does hits all alike. */
export async function* measure(): AsyncGenerator<Measurement> {
  const { bundles, environment, carriedKeys, remove } = await createCandidates();
  const cases = [...bundles].map(([name, bundle]) => ({ name, bundle, env: environment }));
  cases.push(
    {
      name: 'this project, keys carried',
      bundle: bundles.get('this project') ?? '',
      env: { ...environment, COGNITO_KEYS: carriedKeys },
    },
    { name: 'the access authorizer', bundle: path.resolve('dist/authorizer/index.mjs'), env: environment },
  );
  const starts = new Map(cases.map(({ name }) => [name, [] as Start[]]));
  for (let run = -1; run < RUNS; run += 1) {
    for (const { name, bundle, env } of run % 2 === 0 ? cases : cases.toReversed()) {
      const result = await start(bundle, env);
      if (run >= 0) starts.get(name)?.push(result);
    }
  }
  await remove();

  const wall = (name: string) => (starts.get(name) ?? []).map(({ wallMs }) => wallMs);
  const cpu = (name: string) => (starts.get(name) ?? []).map(({ cpuMs }) => cpuMs);
  const [bare = ''] = starts.keys();
  yield {
    name: 'Cold start',
    how: `process start to first guarded answer on Node ${NODE}, medians of ${RUNS} fresh processes, in ms`,
    rows: [
      ['', 'time', 'time / bare', 'CPU time', 'CPU time / bare'],
      ...[...starts.keys()].map((name) => [
        name,
        median(wall(name)).toFixed(1),
        ratio(wall(name), wall(bare)).toFixed(2),
        median(cpu(name)).toFixed(1),
        ratio(cpu(name), cpu(bare)).toFixed(2),
      ]),
    ],
    plotted: { column: 'time / bare', better: 'lower' },
  };
}
