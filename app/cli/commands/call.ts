import { STATUS_CODES } from 'node:http';
import { isUnreachable } from '../aws/aws-error.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure, fetchErrorReason, usageError, type Exit } from '../failure.js';
import { freshSession, machineSession, signInAgainLine } from '../session/renewal.js';
import { tokenOf } from '../session/session.js';
import { readInputFile, readStdin } from '../terminal/input.js';
import type { Terminal } from '../terminal/terminal.js';

export interface CallOptions {
  data?: string;
  header?: string[];
  id?: boolean;
  include?: boolean;
  machine?: string | true;
  user?: string;
}

const METHOD = /^[A-Z]{1,20}$/;
const MIN_TTL_MS = 10_000;
const TIMEOUT_MS = 30_000;
const LINE_FEED = 0x0a;

/** One request to the API with a token. The response's body goes to stdout, and its status decides the exit code. */
export async function call(context: CommandContext, method: string, path: string, options: CallOptions): Promise<Exit> {
  const { terminal } = context;
  const verb = method.toUpperCase();
  const url = urlOf(context.profile().profile.apiUrl, path);
  if (!METHOD.test(verb)) {
    throw usageError(`${JSON.stringify(method)} is not an HTTP method.`, commandLine('call', 'GET', '/'));
  }
  const headers = parseHeaders(options.header ?? []);
  const body = options.data === undefined ? undefined : await readBody(context, options.data);
  if (body && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const { session, target } = await chooseSession(context, options);
  headers.set('authorization', `Bearer ${tokenOf(session, options.id ? 'id' : 'access')}`);

  const response = await send(url, { method: verb, headers, ...(body && { body: new Uint8Array(body) }) });
  const { status } = response;
  terminal.detail(`${verb} ${url.href}: ${status}`);
  if (options.include) terminal.data(statusAndHeaders(response));
  else for (const [name, value] of response.headers) terminal.detail(`${name}: ${value}`);
  await printBody(response, terminal);
  const exit = exitOf(status);
  if (exit !== 'ok') {
    terminal.say(`${verb} ${url.pathname}: ${status} ${response.statusText}`);
    if (status === 401) terminal.say(`Next:  ${signInAgainLine(target, session)}, or ${commandLine('doctor')}`);
  }
  return exit;
}

async function chooseSession(context: CommandContext, { machine, user, id = false }: CallOptions) {
  if (machine === undefined) {
    const target = context.target();
    const use = id ? 'id' : 'access';
    return { session: await freshSession(context, target, { user, use, minTtlMs: MIN_TTL_MS }), target };
  }
  if (user === undefined) return machineSession(context, machine, MIN_TTL_MS);
  throw usageError('--machine and --user exclude each other.', 'Leave one of them out.');
}

/** The token goes to the profile's API alone, whatever the path looks like. */
function urlOf(apiUrl: string, path: string): URL {
  const base = new URL(apiUrl);
  const full = `${apiUrl.replace(/\/+$/, '')}${path}`;
  const url = path.startsWith('/') && URL.canParse(full) ? new URL(full) : undefined;
  if (url?.origin === base.origin) return url;
  throw usageError(
    `${JSON.stringify(path)} is not a path of the API.`,
    `A path begins with /: ${commandLine('call', 'GET', '/me')}`,
  );
}

async function readBody({ runtime }: CommandContext, data: string): Promise<Buffer> {
  if (data === '-' || data === '@-') return readStdin(runtime, 'The body');
  if (data.startsWith('@')) return readInputFile(data.slice(1));
  throw usageError('--data takes @FILE, or - for stdin.', 'Write the body to a file, and name it: --data @body.json');
}

function parseHeaders(lines: string[]): Headers {
  const headers = new Headers({ accept: 'application/json' });
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim();
    if (name.toLowerCase() === 'authorization') {
      throw usageError('The Authorization header is set already.', 'Choose another token with --user or --machine.');
    }
    try {
      headers.set(name, line.slice(colon + 1).trim());
    } catch {
      throw usageError(`${JSON.stringify(line)} is not a header.`, "Write it as -H 'Idempotency-Key: 42'.");
    }
  }
  return headers;
}

async function send(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw unreachable(url, error);
  }
}

/** As `curl -i` prints them, names in the case of HTTP/1.1; fetch does not say which version of HTTP it was. */
function statusAndHeaders({ status, statusText, headers }: Response): string {
  const lines = Array.from(headers, ([name, value]) => {
    return `${name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())}: ${value}`;
  });
  return `${[`HTTP ${status} ${statusText || (STATUS_CODES[status] ?? '')}`.trim(), ...lines].join('\n')}\n\n`;
}

async function printBody(response: Response, terminal: Terminal): Promise<void> {
  try {
    let last: number | undefined;
    for await (const chunk of response.body ?? []) {
      if (!terminal.bytes(chunk as Uint8Array)) return;
      last = (chunk as Uint8Array).at(-1) ?? last;
    }
    if (last !== undefined && last !== LINE_FEED) terminal.endLine();
  } catch (error) {
    throw error instanceof Failure ? error : unreachable(new URL(response.url), error);
  }
}

/** 401 and 403: credentials refused; 502, 503, 504: no server was in a state to answer; other errors: unexpected. */
function exitOf(status: number): Exit {
  if (status < 400) return 'ok';
  if (status === 401 || status === 403) return 'refused';
  return status === 502 || status === 503 || status === 504 ? 'unreachable' : 'unexpected';
}

function unreachable(url: URL, error: unknown) {
  return new Failure(isUnreachable(error) ? 'unreachable' : 'unexpected', 'unreachable', {
    message: `The API at ${url.origin} is unreachable: ${fetchErrorReason(error)}`,
    hint: `Check that it runs (\`npm start\` for the profile local) and that the network is up: ${commandLine('doctor')}`,
    cause: error,
  });
}
