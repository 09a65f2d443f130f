import { schemaOf } from '../attributes/schema.js';
import type { Pool } from '../state/state.js';

export const USERNAME = 'cognito:username';
export const MFA_ENABLED = 'cognito:mfa_enabled';

/** The columns of a pool's file: every attribute, then what is no attribute. */
export const csvHeader = (pool: Pool): string[] => [
  ...[...schemaOf(pool).keys()].filter((name) => name !== 'sub' && name !== 'identities'),
  MFA_ENABLED,
  USERNAME,
];

/** The lines of a file, without the line breaks at its end. */
export const linesOf = (csv: string): string[] => csv.trimEnd().split(/\r?\n/u);

/**
 * The values of a line. This is Cognito's own format, not RFC 4180: a comma within a value has a backslash before it,
 * quotation marks mean nothing, white space around a value is dropped.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-csv-header.html
 */
export const valuesOf = (line: string): string[] =>
  line.split(/(?<!\\),/u).map((value) => value.replaceAll('\\,', ',').trim());
