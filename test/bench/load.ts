import process from 'node:process';
import { isatty } from 'node:tty';
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { access } from '../../app/api/access.js';
import { openCognito } from '../../app/cli/aws/clients.js';
import { createContext, type CommandContext } from '../../app/cli/context.js';
import { Failure, usageError } from '../../app/cli/failure.js';
import { openDeployed } from '../../app/cli/prove/deployed.js';
import { expectationOf, isExpected } from '../../app/cli/prove/expectation.js';
import { callOf, isRead } from '../../app/cli/prove/matrix.js';
import { readProvedRoutes } from '../../app/cli/prove/plan.js';
import { withCallers } from '../../app/cli/prove/with-callers.js';
import { isLoopback } from '../../app/cli/state/hosts.js';
import { LOCAL } from '../../app/cli/state/profiles.js';
import { printFailure } from '../../app/cli/terminal/terminal.js';
import type { Measurement } from './measurement.js';
import { table } from './statistics.js';
import { runSteadyLoad, type LoadCall, type LoadReport } from './steady-load.js';

export interface LoadOptions {
  /** The profile's own address by default. */
  readonly url: string | undefined;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Percent of the calls. */
  readonly bad: number;
  readonly isApproved: boolean;
}

/** `make load`: calls what only reads, as every kind of caller that `prove` makes, at a steady rate; exit 1 if an answer was wrong. */
export async function measure(): Promise<readonly Measurement[]> {
  const { env } = process;
  const context = contextFor(env, { profile: env['PROFILE'] || LOCAL, input: true, color: true });
  try {
    const report = await load(context, readOptions(env));
    context.terminal.data(printed(report));
    if (!isRight(report)) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    printFailure(context.terminal, error);
    process.exitCode = 1;
  }
  return [];
}

/** The command's context in this environment, on this process's terminal. */
export function contextFor(env: NodeJS.ProcessEnv, flags: Parameters<typeof createContext>[2]): CommandContext {
  const { stdin, stderr } = process;
  const runtime = {
    env,
    stdin,
    stderr,
    platform: process.platform,
    cwd: process.cwd(),
    uid: process.geteuid?.(),
    stdoutIsTerminal: isatty(1),
    write: writeSync,
    now: Date.now,
  };
  return createContext(runtime, pathToFileURL(`${resolve('dist')}/`), flags);
}

/** Throws Failures: of the options, of Cognito, and `input_needed` for an address elsewhere that nobody approved. */
export async function load(context: CommandContext, options: LoadOptions): Promise<LoadReport> {
  const { terminal, prompt, dist } = context;
  const { profile } = context.profile();
  const url = options.url ?? profile.apiUrl;
  if (!isLoopback(new URL(url).hostname) && !options.isApproved) {
    const calls = `${options.rate} requests a second for ${options.seconds} s`;
    const message = `Send ${calls} to ${url}?`;
    if (!(await prompt.confirm({ message, instead: 'Approve it beforehand: make load APPROVE=yes' }))) {
      throw usageError('Nothing was sent.', 'make load, for what npm start runs');
    }
  }
  const { document, routes } = readProvedRoutes(dist);
  const {
    senders: [{ check, send }],
    isAccessOn,
  } = await openDeployed(context);
  const cognito = await openCognito(profile, terminal);
  return withCallers({ context, cognito, routes, send, again: 'make load' }, async ({ callers, signal }) => {
    const calls: LoadCall[] = [];
    for (const route of routes.filter(isRead)) {
      for (const caller of callers.filter(({ unavailable }) => unavailable === undefined)) {
        const { path, headers } = await callOf(route, caller, undefined, document.components);
        const expected = expectationOf(check, route, caller, {
          pools: access.document,
          isAccessOn,
          hasObject: false,
        });
        calls.push({
          name: `${route.routeKey} as ${caller.name}`,
          kind: typeof caller.holder === 'object' ? 'valid' : 'bad',
          method: 'GET',
          path,
          headers,
          isExpected: (answer) => isExpected(expected, answer),
        });
      }
    }
    let soFar = '';
    const running = runSteadyLoad({
      url,
      calls,
      rate: options.rate,
      seconds: options.seconds,
      badShare: options.bad / 100,
      signal,
      onProgress({ answers, wrong }) {
        soFar = `: ${answers} of ${options.rate * options.seconds} answers, ${wrong} of them wrong`;
      },
    });
    return terminal.wait(() => `Calling ${url}${soFar}`, running);
  });
}

function isRight({ wrong, unanswered }: LoadReport) {
  return unanswered === 0 && Object.keys(wrong).length === 0;
}

/** The report as `make load` prints it. */
export function printed(report: LoadReport): string {
  const { seconds, answers, wrong, unanswered, latencyMs } = report;
  const rows = (['valid', 'bad'] as const).flatMap((kind) =>
    Object.entries(answers[kind])
      .toSorted(([, a], [, b]) => b - a)
      .map(([answer, count]) => [`${kind === 'valid' ? 'valid token' : 'bad token, or none'}: ${answer}`, `${count}`]),
  );
  const wrongRows = Object.entries(wrong).map(([what, count]) => `  WRONG  ${count} x ${what}\n`);
  const latency = Object.entries(latencyMs).map(([name, ms]) => [name.replace('_', '.'), `${ms} ms`]);
  const total = rows.reduce((sum, [, count]) => sum + Number(count), 0);
  return [
    `${total} answers in ${seconds.toFixed(0)} s, ${(total / seconds).toFixed(0)} a second\n`,
    table([['', 'answers'], ...rows]),
    ...wrongRows,
    table([['latency', ''], ...latency]),
    isRight(report) ? 'Every answer was as expected.\n' : '',
    unanswered > 0 ? `${unanswered} calls had no answer.\n` : '',
  ].join('');
}

/** Throws the Failure `usage` with what to set. */
export function readOptions(env: NodeJS.ProcessEnv): LoadOptions {
  const number = (name: string, fallback: number, max: number) => {
    const value = Number(env[name] || fallback);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw usageError(
      `${name} is a whole number from 1 to ${max}, not ${JSON.stringify(env[name])}.`,
      `make load ${name}=${fallback}`,
    );
  };
  const url = env['URL'] || undefined;
  if (url !== undefined && !URL.canParse(url))
    throw usageError(`URL is no address: ${JSON.stringify(url)}.`, 'make load URL=https://api.example.com');
  return {
    url,
    rate: number('RATE', 100, 100_000),
    seconds: number('DURATION', 60, 3_600),
    bad: number('BAD', 20, 99),
    isApproved: env['APPROVE'] === 'yes',
  };
}
