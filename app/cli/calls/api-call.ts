import { Failure, fetchErrorReason } from '../failure.js';

/** A call of the API; header names are in lower case. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back; header names are in lower case. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TIMEOUT_MS = 35_000;

/** Calls the API at its address; redirects are not followed. Throws `unreachable`. */
export async function fetchApi(apiUrl: string, { method, path, headers, body }: ApiCall): Promise<ApiAnswer> {
  try {
    const response = await fetch(apiUrl.replace(/\/+$/, '') + path, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body }),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  } catch (error) {
    throw new Failure('unreachable', 'unreachable', {
      message: `The API at ${apiUrl} is unreachable: ${fetchErrorReason(error)}`,
      hint: 'Check that it runs (`npm start`, make deploy) and that the network is up.',
      cause: error,
    });
  }
}

/** The `code` of a problem document (RFC 9457); undefined for any other body. */
export function codeOf(body: string): string | undefined {
  const { code } = parseJson(body);
  return typeof code === 'string' ? code : undefined;
}

/** A JSON object, and an empty one for what is none. */
export function parseJson(text: string): Record<string, unknown> {
  try {
    return { ...(JSON.parse(text) as object) };
  } catch {
    return {};
  }
}
