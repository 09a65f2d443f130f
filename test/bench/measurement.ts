import { table } from './statistics.js';

/** What `make bench` measured: a header and a row of text each; the first column names what was measured. */
export interface Measurement {
  readonly name: string;
  /** How, and in which units. */
  readonly how: string;
  readonly rows: readonly (readonly string[])[];
  /** A column of ratios that the report draws as bars, by its header; none by default. */
  readonly plotted?: { readonly column: string; readonly better: 'lower' | 'higher' };
}

export function asText({ name, how, rows }: Measurement): string {
  return `${name}: ${how}\n${table(rows)}\n`;
}
