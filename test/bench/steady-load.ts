import autocannon, { type Result } from 'autocannon';
import { codeOf } from '../../app/cli/calls/api-call.js';
import type { Answer } from '../../app/cli/prove/access-report.js';

/** One of the calls that a load repeats, and what its answers may be: `200`, `401 token_missing`. */
export interface LoadCall {
  /** `GET /me as staff, access token` */
  readonly name: string;
  readonly kind: 'valid' | 'bad';
  readonly method: 'GET';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  isExpected(answer: Answer): boolean;
}

export interface SteadyLoad {
  readonly url: string;
  readonly calls: readonly LoadCall[];
  /** Requests a second, of all connections; above 50, up to 2 % more or fewer, so that each connection sends as many. */
  readonly rate: number;
  /** How long it takes where the API keeps up. */
  readonly seconds: number;
  /** The share of calls that are bad, 0 to 1. */
  readonly badShare: number;
  /** Ends the load, and rejects with its reason. */
  readonly signal: AbortSignal;
  readonly onProgress?: (soFar: { readonly answers: number; readonly wrong: number }) => void;
}

/** How often each answer came, by `STATUS code`. */
export type AnswerCounts = Record<string, number>;

export interface LoadReport {
  readonly seconds: number;
  readonly answers: Readonly<Record<LoadCall['kind'], AnswerCounts>>;
  /** Answers that were not expected, by call and answer. */
  readonly wrong: AnswerCounts;
  /** Connections that failed, and calls that had no answer within 10 s. */
  readonly unanswered: number;
  /** By percentile, in milliseconds; a request counts from when it was due, not from when a connection was free. */
  readonly latencyMs: Readonly<Record<'p50' | 'p75' | 'p90' | 'p97_5' | 'p99' | 'p99_9' | 'max', number>>;
}

const MAX_CONNECTIONS = 50;
/** Of the sequence that each connection repeats, in an order of its own. */
const SEQUENCE_CALLS = 200;

/** Calls at a steady rate, checks each answer, and counts. */
export async function runSteadyLoad(load: SteadyLoad): Promise<LoadReport> {
  const { url, rate, seconds, signal, onProgress } = load;
  const answers: Record<LoadCall['kind'], AnswerCounts> = { valid: {}, bad: {} };
  const wrong: AnswerCounts = {};
  let answered = 0;
  let wrongCount = 0;

  const check = (call: LoadCall) => (status: number, body: string) => {
    const code = codeOf(body);
    const answer = code === undefined ? `${status}` : `${status} ${code}`;
    answered += 1;
    count(answers[call.kind], answer);
    if (call.isExpected({ status, ...(code !== undefined && { code }) })) return;
    wrongCount += 1;
    count(wrong, `${call.name}: ${answer}`);
  };

  // autocannon gives each connection whole requests a second and the same amount: with 2 a second here and 1 there, those would take twice as long.
  const perConnection = Math.ceil(rate / MAX_CONNECTIONS);
  const connections = Math.round(rate / perConnection);

  const { duration, errors, timeouts, latency } = await new Promise<Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        overallRate: connections * perConnection,
        connections,
        amount: rate * seconds,
        setupClient(client) {
          const requests = sequence(load).map((call) => {
            const { method, path, headers } = call;
            return { method, path, headers, onResponse: check(call) };
          });
          client.setRequests(requests);
        },
      },
      (error: unknown, result) => {
        clearInterval(progress);
        signal.removeEventListener('abort', stop);
        if (error) reject(error);
        else resolve(result);
      },
    );
    const stop = () => instance.stop?.();
    signal.addEventListener('abort', stop);
    const progress = setInterval(() => onProgress?.({ answers: answered, wrong: wrongCount }), 250);
  });
  signal.throwIfAborted();
  const { p50, p75, p90, p97_5, p99, p99_9, max } = latency;
  return {
    seconds: duration,
    answers,
    wrong,
    unanswered: errors + timeouts,
    latencyMs: { p50, p75, p90, p97_5, p99, p99_9, max },
  };
}

/** Calls of both kinds by their share, each call as often as the others of its kind, shuffled. */
function sequence({ calls, badShare }: SteadyLoad): LoadCall[] {
  const bad = Math.round(SEQUENCE_CALLS * badShare);
  const repeated = (kind: LoadCall['kind'], length: number) => {
    const ofKind = shuffled(calls.filter((call) => call.kind === kind));
    return Array.from({ length: ofKind.length > 0 ? length : 0 }, (_, at) => ofKind[at % ofKind.length] as LoadCall);
  };
  return shuffled([...repeated('valid', SEQUENCE_CALLS - bad), ...repeated('bad', bad)]);
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

function count(counts: AnswerCounts, key: string) {
  counts[key] = (counts[key] ?? 0) + 1;
}
