import { STATUS_CODES, validateHeaderName, validateHeaderValue, type IncomingMessage } from 'node:http';
import { isUnreachable } from '../aws/aws-error.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure, fetchErrorReason, usageError, type Exit } from '../failure.js';
import { httpRequest } from '../http-request.js';
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
  if (body) headers['content-type'] ??= 'application/json';
  const { session, target } = await chooseSession(context, options);
  headers['authorization'] = `Bearer ${tokenOf(session, options.id ? 'id' : 'access')}`;

  const response = await send(url, { method: verb, headers, body, timeoutMs: TIMEOUT_MS });
  const { statusCode: status = 0 } = response;
  terminal.detail(`${verb} ${url.href}: ${status}`);
  if (options.include) terminal.data(statusAndHeaders(response));
  else for (const line of headerLines(response)) terminal.detail(line);
  await printBody(url, response, terminal);
  const exit = exitOf(status);
  if (exit !== 'ok') {
    terminal.say(`${verb} ${url.pathname}: ${status} ${reasonOf(response)}`);
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

function parseHeaders(lines: string[]): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'authorization') {
      throw usageError('The Authorization header is set already.', 'Choose another token with --user or --machine.');
    }
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw usageError(`${JSON.stringify(line)} is not a header.`, "Write it as -H 'Idempotency-Key: 42'.");
    }
    headers[name] = value;
  }
  return headers;
}

async function send(url: URL, request: Parameters<typeof httpRequest>[1]): Promise<IncomingMessage> {
  try {
    return await httpRequest(url, request);
  } catch (error) {
    throw unreachable(url, error);
  }
}

const reasonOf = ({ statusCode = 0, statusMessage }: IncomingMessage) =>
  statusMessage || (STATUS_CODES[statusCode] ?? '');

/** `Name: value`, as the server sent them. */
function headerLines({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
}

/** Nearly as `curl -i` prints them: the version of HTTP says nothing of the API. */
function statusAndHeaders(response: IncomingMessage): string {
  const status = `HTTP ${response.statusCode} ${reasonOf(response)}`.trim();
  return `${[status, ...headerLines(response)].join('\n')}\n\n`;
}

async function printBody(url: URL, response: IncomingMessage, terminal: Terminal): Promise<void> {
  try {
    let last: number | undefined;
    for await (const chunk of response) {
      if (!terminal.bytes(chunk as Uint8Array)) return;
      last = (chunk as Uint8Array).at(-1) ?? last;
    }
    if (last !== undefined && last !== LINE_FEED) terminal.endLine();
  } catch (error) {
    throw error instanceof Failure ? error : unreachable(url, error);
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
