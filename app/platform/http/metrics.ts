/** What the guard, the pools' keys and the table count, until the next line of the request log takes it. */
export interface Counts {
  tokenCacheHits: number;
  keyFetches: number;
  keyFetchFailures: number;
  tableThrottles: number;
}

export interface MetricsOptions {
  /** CloudWatch's namespace: the product's name. */
  namespace: string;
  /** The dimension of all metrics: the name of the function. */
  functionName: string;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** What a request's log line says of it. */
interface RequestLine {
  readonly status: number;
  readonly code?: string | undefined;
}

/** Metrics in CloudWatch's embedded format: the request's log line is the document, and CloudWatch Logs extracts them. */
export interface Metrics {
  readonly counts: Counts;
  /** The members that make a request's line such a document. Takes the counts: the next line starts from zero. */
  fieldsFor(line: RequestLine): Record<string, unknown>;
}

const newCounts = (): Counts => ({ tokenCacheHits: 0, keyFetches: 0, keyFetchFailures: 0, tableThrottles: 0 });

/** Of each function; `ms` is the line's own. */
const METRICS = [
  { Name: 'requests', Unit: 'Count' },
  { Name: 'ms', Unit: 'Milliseconds' },
  { Name: 'refusals', Unit: 'Count' },
  { Name: 'serverErrors', Unit: 'Count' },
  { Name: 'coldStarts', Unit: 'Count' },
  ...Object.keys(newCounts()).map((Name) => ({ Name, Unit: 'Count' })),
];
/** Of each function and `code` of a problem. */
const PROBLEM_METRICS = [{ Name: 'problems', Unit: 'Count' }];

const isRefusal = (status: number) => status === 401 || status === 403;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
export function createMetrics({ namespace, functionName, now = Date.now }: MetricsOptions): Metrics {
  const counts = newCounts();
  const ofFunction = { Namespace: namespace, Dimensions: [['function']], Metrics: METRICS };
  const ofProblems = { Namespace: namespace, Dimensions: [['function', 'code']], Metrics: PROBLEM_METRICS };
  let coldStarts = 1;
  return {
    counts,
    fieldsFor({ status, code }) {
      const hasProblem = code !== undefined;
      const fields = {
        _aws: { Timestamp: now(), CloudWatchMetrics: hasProblem ? [ofFunction, ofProblems] : [ofFunction] },
        function: functionName,
        requests: 1,
        refusals: isRefusal(status) ? 1 : 0,
        serverErrors: status >= 500 ? 1 : 0,
        coldStarts,
        ...counts,
        ...(hasProblem && { problems: 1 }),
      };
      coldStarts = 0;
      Object.assign(counts, newCounts());
      return fields;
    },
  };
}
