import type { Parts } from '../command.js';
import { isUnreachable } from '../aws/aws-failure.js';
import { Failure, systemCode, type Exit } from '../failure.js';
import { readInputFile, readStdin } from '../terminal/input.js';
import { writeData } from '../terminal/output.js';
import { freshSession, loginHint } from '../session/renewal.js';
import { tokenOf } from '../session/session.js';

export interface CallOptions {
  data?: string;
  header?: string[];
  id?: boolean;
  user?: string;
}

const METHOD = /^[A-Z]{1,20}$/;
const LEAST_MS = 10_000;
const DEADLINE_MS = 30_000;

/** One request to the API with the token; the answer's body goes to stdout, and its status decides the exit. */
export async function call(parts: Parts, method: string, path: string, options: CallOptions): Promise<Exit> {
  const { terminal } = parts;
  const verb = method.toUpperCase();
  const target = parts.target();
  const url = urlOf(target.profile.apiUrl, path);
  if (!METHOD.test(verb)) throw misused(`${JSON.stringify(method)} is not an HTTP method.`, 'pizza call GET /');
  const headers = readHeaders(options.header ?? []);
  const body = options.data === undefined ? undefined : await readBody(parts, options.data);
  if (body && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const use = options.id ? 'id' : 'access';
  const session = await freshSession({ ...parts, target }, { user: options.user, use, least: LEAST_MS });
  headers.set('authorization', `Bearer ${tokenOf(session, use)}`);

  const response = await send(url, { method: verb, headers, ...(body && { body: new Uint8Array(body) }) });
  terminal.detail(`${verb} ${url.href}: ${response.status}`);
  for (const [name, value] of response.headers) terminal.detail(`${name}: ${value}`);
  await pour(response);
  const exit = exitOf(response.status);
  if (exit !== 'ok') {
    terminal.say(`${verb} ${url.pathname}: ${response.status} ${response.statusText}`);
    if (response.status === 401) terminal.say(`Next:  ${loginHint(target, session.user)}, or pizza doctor`);
  }
  return exit;
}

/** The token goes to the profile's API and nowhere else, whatever the path looks like. */
function urlOf(apiUrl: string, path: string): URL {
  const base = new URL(apiUrl);
  const full = `${apiUrl.replace(/\/+$/, '')}${path}`;
  const url = path.startsWith('/') && URL.canParse(full) ? new URL(full) : undefined;
  if (url?.origin === base.origin) return url;
  throw misused(
    `${JSON.stringify(path)} is not a path of the API.`,
    `A path begins with /, such as: pizza call GET /pizzas`,
  );
}

async function readBody({ runtime }: Parts, data: string): Promise<Buffer> {
  if (data === '-' || data === '@-') return readStdin(runtime, 'The body');
  if (data.startsWith('@')) return readInputFile(data.slice(1));
  throw misused('--data takes @FILE or - for stdin.', `pizza call POST /pizzas --data @pizza.json`);
}

function readHeaders(lines: string[]): Headers {
  const headers = new Headers({ accept: 'application/json' });
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim();
    if (name.toLowerCase() === 'authorization')
      throw misused('The token is added already.', 'Choose another with --user.');
    try {
      headers.set(name, line.slice(colon + 1).trim());
    } catch {
      throw misused(`${JSON.stringify(line)} is not a header.`, "Write it as -H 'Idempotency-Key: 42'.");
    }
  }
  return headers;
}

async function send(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch (error) {
    throw unreachable(url, error);
  }
}

async function pour(response: Response): Promise<void> {
  try {
    for await (const chunk of response.body ?? []) if (!writeData(chunk as Uint8Array)) return;
  } catch (error) {
    throw error instanceof Failure ? error : unreachable(new URL(response.url), error);
  }
}

/** 401 and 403: credentials refused; 502, 503, 504: nobody who could answer was reached; other errors: unexpected. */
function exitOf(status: number): Exit {
  if (status < 400) return 'ok';
  if (status === 401 || status === 403) return 'refused';
  return status === 502 || status === 503 || status === 504 ? 'unreachable' : 'unexpected';
}

function unreachable(url: URL, error: unknown) {
  const reason = systemCode((error as Error).cause) ?? (error as Error).message;
  return new Failure(isUnreachable(error) ? 'unreachable' : 'unexpected', 'unreachable', {
    message: `The API at ${url.origin} can't be reached: ${reason}`,
    hint: 'See that it runs (`npm start` for the profile local) and that the network is up: pizza doctor',
    cause: error,
  });
}

function misused(message: string, hint: string) {
  return new Failure('usage', 'usage', { message, hint });
}
