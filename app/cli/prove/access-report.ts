/** Where a call is made: at the public address, or at the app alone (locally the server itself). */
export type CheckName = 'gateway' | 'app';

/** An answer, as far as it is compared. */
export interface Answer {
  readonly status: number;
  /** The `code` of a problem. */
  readonly code?: string;
}

/** One call, without tokens: `authorization` is shown as its scheme and a description. */
export interface Exchange {
  readonly check: CheckName;
  readonly answer: Answer | null;
  /** Whether the app's function ran; null where it can't be told. */
  readonly functionRan: boolean | null;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string } | null;
  /** Why there is no answer. */
  readonly failure: string | null;
}

/** One caller on one route. */
export interface Cell {
  readonly caller: string;
  /** Where the caller is admitted, its answers may differ by what the request asks for: any of these is as expected. */
  readonly expected: { readonly admitted: boolean; readonly answers: readonly Answer[] };
  readonly exchanges: readonly Exchange[];
  /** `skipped`: not called, for the reason in `note`. */
  readonly result: 'as expected' | 'wrong' | 'skipped';
  /** What is wrong, or why it was skipped, in a sentence; null where all is as expected. */
  readonly note: string | null;
}

export interface ReportCaller {
  /** Unique; short, as a column's head: `customers, other client`. */
  readonly name: string;
  /** A sentence: what the caller sends. */
  readonly description: string;
}

export interface ReportRoute {
  /** `GET /orders/{id}` */
  readonly route: string;
  /** What the route's line allows, in words. */
  readonly allow: string;
  /** In the order of the report's callers. */
  readonly cells: readonly Cell[];
}

/** What is wrong beside the matrix: a route that only the app or only the gateway knows, CORS, an authorizer. */
export interface ReportFinding {
  /** Stable: `route_unknown_to_gateway`, `authorizer_missing`, `cors_open`. */
  readonly code: string;
  readonly route: string | null;
  readonly message: string;
}

/** One caller on one route, by name. */
export interface RouteCaller {
  readonly route: string;
  readonly caller: string;
}

/** Who may call what now and might not in an older report, and the reverse. Callers of added routes are not listed. */
export interface AccessChanges {
  /** The older report. */
  readonly against: { readonly version: string; readonly sha256: string | null; readonly finishedAt: string };
  readonly admitted: readonly RouteCaller[];
  readonly refused: readonly RouteCaller[];
  readonly routesAdded: readonly string[];
  readonly routesRemoved: readonly string[];
  readonly callersAdded: readonly string[];
  readonly callersRemoved: readonly string[];
}

/** `access.json`: who may call what, called. `version` changes when a reader of it must. */
export interface AccessReport {
  readonly version: 1;
  readonly product: string;
  /** `sha256` of the package that was called, in Base64, as Lambda gives it; locally of what `npm start` runs. */
  readonly package: { readonly version: string; readonly sha256: string | null };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly apiUrl: string;
  readonly checks: readonly CheckName[];
  /** Routes that change something were left out. */
  readonly readOnly: boolean;
  readonly callers: readonly ReportCaller[];
  readonly routes: readonly ReportRoute[];
  readonly findings: readonly ReportFinding[];
  /** With `--against`: what changed since the report that it names. */
  readonly changes?: AccessChanges;
}
