import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, type ApiAnswer, type ApiCall } from '../calls/api-call.js';
import type { JsonSchema } from '../calls/routes.js';
import { printableLine } from '../terminal/printable.js';
import type { Answer, Cell, CheckName, Exchange, ReportRoute } from './access-report.js';
import { shownAuthorization, type Caller } from './caller.js';
import { expectationOf, isExpected, type Expectation, type ExpectationOptions } from './expectation.js';
import type { Objects } from './objects.js';
import { allowInWords, rulesOf, type ProvedRoute } from './plan.js';
import { NO_ID, sampleOf } from './sample-input.js';

/** One of the two places where calls are made. */
export interface Sender {
  readonly check: CheckName;
  readonly send: (call: ApiCall) => Promise<ApiAnswer>;
}

export interface MatrixOptions extends ExpectationOptions {
  readonly routes: readonly ProvedRoute[];
  readonly callers: readonly Caller[];
  readonly senders: readonly Sender[];
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly objects: Objects;
  readonly readOnly: boolean;
  readonly signal: AbortSignal;
  /** Takes tokens and secrets out of a text. */
  readonly conceal: (text: string) => string;
  /** Called with each call that was made. */
  readonly onCall?: () => void;
}

/** No page of the product's has it. */
export const STRANGE_ORIGIN = 'https://prove.invalid';

const CONCURRENT_CALLS = 8;
const MAX_BODY_CHARS = 2_000;
const SHOWN_HEADERS =
  /^(?:content-type|www-authenticate|x-request-id|apigw-requestid|etag|location|allow|retry-after|access-control-.*)$/;

/** Calls every route as every caller, at every check. */
export async function callRoutes(options: MatrixOptions): Promise<ReportRoute[]> {
  const { routes, callers, signal } = options;
  const cells = new Map(routes.map((route): [ProvedRoute, Cell[]] => [route, []]));
  const work = routes.flatMap((route) => callers.map((caller, column) => ({ route, caller, column })));
  const next = work.values();
  await Promise.all(
    Array.from({ length: CONCURRENT_CALLS }, async () => {
      for (const { route, caller, column } of next) {
        signal.throwIfAborted();
        (cells.get(route) ?? [])[column] = await callCell(route, caller, options);
      }
    }),
  );
  return routes.map((route) => ({
    route: route.routeKey,
    allow: allowInWords(route),
    cells: cells.get(route) ?? [],
  }));
}

async function callCell(route: ProvedRoute, caller: Caller, options: MatrixOptions): Promise<Cell> {
  const { senders, objects, readOnly, onCall } = options;
  const object = objects.pathFor(route, caller);
  const expected = senders.map((sender) =>
    expectationOf(sender.check, route, caller, { ...options, hasObject: object.path !== undefined }),
  );
  const shown = {
    caller: caller.name,
    expected: { admitted: expected.every(({ admitted }) => admitted), answers: distinct(expected) },
  };
  const skipped = (note: string): Cell => ({ ...shown, exchanges: [], result: 'skipped', note });
  if (readOnly && !isRead(route)) return skipped('--read-only leaves out what may change something.');
  if (caller.unavailable !== undefined) return skipped(caller.unavailable);
  if (object.missing !== undefined) return skipped(object.missing);

  const call = await callOf(route, caller, object.path, options);
  const exchanges: Exchange[] = [];
  const faults: string[] = [];
  for (const [index, sender] of senders.entries()) {
    const exchange = await callAt(sender, call, caller, options);
    onCall?.();
    exchanges.push(exchange);
    const fault = faultOf(exchange, expected[index] as Expectation);
    if (fault !== undefined) faults.push(fault);
  }
  const isRight = faults.length === 0;
  return { ...shown, exchanges, result: isRight ? 'as expected' : 'wrong', note: isRight ? null : faults.join(' ') };
}

export const isRead = ({ method }: Pick<ProvedRoute, 'method'>) => method === 'GET' || method === 'HEAD';

function distinct(expectations: readonly Expectation[]): Answer[] {
  const answers = expectations.flatMap((each) => each.answers);
  return [...new Map(answers.map((answer) => [`${answer.status} ${answer.code}`, answer])).values()];
}

/**
 * Changes nothing where it can: a body that no schema accepts, which the app reads after it has admitted the caller, and an
 * `If-Match` that never matches. The owner is compared after both, so that there the body is as good as it can be made.
 */
export async function callOf(
  route: ProvedRoute,
  { authorization, holder }: Caller,
  object: string | undefined,
  { schemas }: Pick<MatrixOptions, 'schemas'>,
): Promise<ApiCall> {
  const { method, path, parameters, body, needsIfMatch } = route;
  const comparesOwner = rulesOf(route).some(({ ownerOnly }) => ownerOnly);
  const sent = body && JSON.stringify(comparesOwner ? await sampleOf(body, schemas) : null);
  return {
    method,
    path: object ?? (await filledPath(path, parameters, schemas)),
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...(needsIfMatch && { 'if-match': '"prove"' }),
      ...(!isRead(route) && { 'idempotency-key': `prove-${randomUUID()}` }),
      ...(holder === 'nobody' && { origin: STRANGE_ORIGIN }),
    },
    ...(sent !== undefined && { body: sent }),
  };
}

async function filledPath(
  path: string,
  parameters: ProvedRoute['parameters'],
  schemas: MatrixOptions['schemas'],
): Promise<string> {
  let filled = path;
  for (const name of path.match(/(?<=\{)\w+/g) ?? []) {
    const schema = parameters[name];
    const value = schema ? await sampleOf(schema, schemas) : NO_ID;
    filled = filled.replace(new RegExp(`\\{${name}\\+?\\}`), encodeURIComponent(String(value)));
  }
  return filled;
}

const MAX_ATTEMPTS = 4;
const THROTTLED_PAUSE_MS = 500;

async function callAt(
  { check, send }: Sender,
  call: ApiCall,
  caller: Caller,
  { conceal }: MatrixOptions,
): Promise<Exchange> {
  const { method, path, body = null } = call;
  const shown = shownAuthorization(caller);
  const headers = { ...call.headers, ...(shown !== undefined && { authorization: shown }) };
  const made = { check, request: { method, path, headers, body } };
  try {
    let answer = await send(call);
    for (let attempt = 1; answer.status === 429 && attempt < MAX_ATTEMPTS; attempt += 1) {
      await pause(THROTTLED_PAUSE_MS * attempt);
      answer = await send(call);
    }
    const code = codeOf(answer.body);
    const received = Object.entries(answer.headers).filter(([name]) => SHOWN_HEADERS.test(name));
    return {
      ...made,
      answer: { status: answer.status, ...(code !== undefined && { code }) },
      functionRan: functionRan(check, answer),
      response: {
        headers: Object.fromEntries(received.map(([name, value]) => [name, conceal(value)])),
        body: conceal(answer.body.slice(0, MAX_BODY_CHARS)),
      },
      failure: null,
    };
  } catch (error) {
    const failure = conceal(printableLine(error instanceof Error ? error.message : String(error)));
    return { ...made, answer: null, functionRan: null, response: null, failure };
  }
}

/** The app marks each of its answers with a request id; the gateway's own are `{"message":…}` without. */
function functionRan(check: CheckName, { headers, body }: ApiAnswer): boolean | null {
  if (headers['x-request-id'] !== undefined) return true;
  if (check === 'app') return null;
  return /^\{"message":"[^"]*"\}$/.test(body) ? false : null;
}

function faultOf({ check, answer, failure, functionRan: ran }: Exchange, expected: Expectation): string | undefined {
  const at = check === 'gateway' ? 'At the gateway' : 'At the app';
  if (!answer) return `${at}: no answer (${failure}).`;
  // Once the function has run, a refusal that was the gateway's to make has come too late.
  const isPlace = ran === null || ran === expected.functionRuns;
  if (isExpected(expected, answer) && isPlace) return undefined;
  const by = ran === null ? '' : ran ? ' by the function' : ' by the gateway, without the function';
  const from = expected.functionRuns ? '' : ' by the gateway, without the function';
  const wanted = expected.answers.map(inWords).join(' or ');
  return `${at}: ${inWords(answer)}${by}, instead of ${wanted}${from}: ${expected.reason}.`;
}

const inWords = ({ status, code }: Answer) => (code === undefined ? String(status) : `${status} ${code}`);
