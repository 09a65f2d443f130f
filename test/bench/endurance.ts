import { join } from 'node:path';
import process from 'node:process';
import type { CommandContext } from '../../app/cli/context.js';
import { LOCAL } from '../../app/cli/state/profiles.js';
import { scratchDirectory, startServer } from '../harness/server-process.js';
import { createLogTally, type LogTally } from './embedded-metrics.js';
import { contextFor, load, printed, readOptions, type LoadOptions } from './load.js';
import type { Measurement } from './measurement.js';
import { residentMb } from './resident-memory.js';
import { median, table } from './statistics.js';
import type { AnswerCounts, LoadReport } from './steady-load.js';

/** The first rate of the ramp, requests a second; each step doubles it. */
const FIRST_RATE = 250;
const STEP_SECONDS = 3;
/** The machine can't do more where the API answers less than this share of what is asked. */
const KEPT_SHARE = 0.9;
/** Memory is flat where the last tenth of the time has at most that much more than the second. */
const MAX_GROWTH = 0.1;
/** In shorter runs a process still grows to its usual size. */
const MIN_SECONDS_FOR_MEMORY = 300;

export interface Endurance {
  /** Requests a second that the machine can do, and half of them, which it did. */
  readonly capacity: number;
  readonly rate: number;
  readonly report: LoadReport;
  readonly log: LogTally;
  /** Of the API's process, in MB: the medians of the second and of the last tenth of the time. */
  readonly memory: { readonly early: number; readonly late: number };
  /** What was not as it must be; empty where everything was. */
  readonly findings: readonly string[];
}

const total = (counts: AnswerCounts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Answers of a load to calls of both kinds. */
function allAnswers({ answers: { valid, bad } }: LoadReport): AnswerCounts {
  const all: AnswerCounts = { ...valid };
  for (const [answer, count] of Object.entries(bad)) all[answer] = (all[answer] ?? 0) + count;
  return all;
}

/** The sums that the metrics must have after these answers. */
function expectedMetrics(answers: AnswerCounts): AnswerCounts {
  const of = (isCounted: (answer: string) => boolean) =>
    total(Object.fromEntries(Object.entries(answers).filter(([answer]) => isCounted(answer))));
  const codes = [...new Set(Object.keys(answers).flatMap((answer) => answer.split(' ').slice(1)))];
  return {
    requests: total(answers),
    refusals: of((answer) => /^40[13]/.test(answer)),
    serverErrors: of((answer) => answer.startsWith('5')),
    ...Object.fromEntries(codes.map((code) => [`problems ${code}`, of((answer) => answer.endsWith(` ${code}`))])),
  };
}

function differences(what: string, expected: AnswerCounts, actual: AnswerCounts) {
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    .filter((name) => (expected[name] ?? 0) !== (actual[name] ?? 0))
    .map((name) => `${what} ${name}: ${actual[name] ?? 0}, the load counted ${expected[name] ?? 0}`);
}

function judge({ report, log, memory }: Pick<Endurance, 'report' | 'log' | 'memory'>, stray: string): string[] {
  const answers = allAnswers(report);
  const expected = expectedMetrics(answers);
  const known = Object.entries(log.metrics).filter(([name]) => name in expected || name.startsWith('problems '));
  const wrong = total(report.wrong);
  const isGrowing = report.seconds >= MIN_SECONDS_FOR_MEMORY && memory.late > memory.early * (1 + MAX_GROWTH);
  return [
    ...(wrong > 0 ? [`${wrong} answers were wrong`] : []),
    ...(report.unanswered > 0 ? [`${report.unanswered} calls had no answer`] : []),
    ...(expected['serverErrors'] ? [`${expected['serverErrors']} answers were 5xx`] : []),
    ...(log.malformed > 0 ? [`${log.malformed} log lines are no JSON`] : []),
    ...(stray === '' ? [] : [`beside the log, the process wrote ${JSON.stringify(stray)}`]),
    ...differences('the log has', answers, log.answers),
    ...differences('the metrics have', expected, Object.fromEntries(known)),
    ...(isGrowing ? ['memory grew by more than a tenth'] : []),
  ];
}

/** Doubles the rate until the API doesn't keep up; the most that it did, in requests a second. The first step is to warm up. */
async function findCapacity(context: CommandContext, options: LoadOptions): Promise<number> {
  let best = 0;
  await load(context, { ...options, rate: FIRST_RATE, seconds: STEP_SECONDS });
  for (let rate = FIRST_RATE; ; rate *= 2) {
    const report = await load(context, { ...options, rate, seconds: STEP_SECONDS });
    const achieved = total(allAnswers(report)) / report.seconds;
    best = Math.max(best, achieved);
    if (achieved < rate * KEPT_SHARE) return Math.floor(best);
  }
}

async function sampled<T>(pid: number, work: Promise<T>) {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentMb(pid)), 500);
  const result = await work.finally(() => clearInterval(timer));
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const memory = { early: median(samples.slice(tenth, 2 * tenth)), late: median(samples.slice(-tenth)) };
  return { result, memory };
}

/** Runs what `npm start` runs, its metrics on, for `seconds` at half of what the machine can do. */
export async function endure({ seconds, bad }: Pick<LoadOptions, 'seconds' | 'bad'>, quiet = false) {
  const directory = await scratchDirectory();
  const LOCAL_DIR = join(directory.path, 'local');
  // The first request of a load asks whether the API is there.
  let log = createLogTally(1);
  const server = await startServer({ LOCAL_DIR, METRICS: 'on' }, { dist: 'dist', onLogLine: (line) => log.add(line) });
  try {
    const env = { LOCAL_DIR, XDG_STATE_HOME: join(directory.path, 'state') };
    const context = contextFor(env, { profile: LOCAL, input: false, color: !quiet, quiet });
    const options = { ...readOptions({}), bad };
    const started = server.output();
    const capacity = await findCapacity(context, options);
    const rate = Math.max(1, Math.floor(capacity / 2));
    log = createLogTally(1);
    const { result: report, memory } = await sampled(server.pid, load(context, { ...options, rate, seconds }));
    server.kill('SIGTERM');
    await server.exited;
    const measured = { capacity, rate, report, log, memory };
    return { ...measured, findings: judge(measured, server.output().slice(started.length)) } satisfies Endurance;
  } finally {
    server.kill('SIGKILL');
    await directory.remove();
  }
}

/** `npm run bench -- endurance`: DURATION seconds, 600 by default, with BAD percent bad tokens, 20 by default; exit 1 where something was not as it must be. */
export async function measure(): Promise<readonly Measurement[]> {
  const { env } = process;
  const { capacity, rate, report, log, memory, findings } = await endure(readOptions({ DURATION: '600', ...env }));
  const { early, late } = memory;
  const compared = Object.entries(expectedMetrics(allAnswers(report)));
  process.stdout.write(
    `Half of ${capacity} requests a second, which this machine can do with the load beside it: ${rate}\n${printed(report)}${table(
      [
        ['', ''],
        ['lines of the log', `${log.lines}`],
        ['memory, second tenth of the time', `${early.toFixed(1)} MB`],
        ['memory, last tenth', `${late.toFixed(1)} MB, ${((late / early - 1) * 100).toFixed(1)} %`],
      ],
    )}${table([
      ['', 'load', 'metrics'],
      ...compared.map(([name, count]) => [name, `${count}`, `${log.metrics[name] ?? 0}`]),
    ])}${findings.length === 0 ? 'Nothing was wrong.\n' : findings.map((finding) => `WRONG  ${finding}\n`).join('')}`,
  );
  if (findings.length > 0) process.exitCode = 1;
  return [];
}
