/** A line of the request log in CloudWatch's embedded format. */
interface Line {
  readonly msg?: string;
  readonly status: number;
  readonly code?: string;
  readonly [metric: string]: unknown;
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/** What a log says, line by line, without keeping it. */
export interface LogTally {
  /** Of requests, by `STATUS code`. */
  readonly answers: Record<string, number>;
  /** Sums as CloudWatch would have them, by name, and by name and code such as `problems token_expired`. */
  readonly metrics: Record<string, number>;
  lines: number;
  /** Lines that are no JSON object. */
  malformed: number;
  add(line: string): void;
}

function count(counts: Record<string, number>, key: string, by: number) {
  counts[key] = (counts[key] ?? 0) + by;
}

/** Ignores the first `skipped` requests. */
export function createLogTally(skipped: number): LogTally {
  let left = skipped;
  return {
    answers: {},
    metrics: {},
    lines: 0,
    malformed: 0,
    add(text) {
      this.lines += 1;
      let line: Line;
      try {
        line = JSON.parse(text) as Line;
      } catch {
        this.malformed += 1;
        return;
      }
      const { msg, status, code } = line;
      if (msg !== 'request') return;
      if (left > 0) {
        left -= 1;
        return;
      }
      count(this.answers, code === undefined ? `${status}` : `${status} ${code}`, 1);
      for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
        for (const { Name } of Metrics) {
          const isByCode = Dimensions.some((dimensions) => dimensions.includes('code'));
          count(this.metrics, isByCode ? `${Name} ${code}` : Name, Number(line[Name]));
        }
      }
    },
  };
}
