import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { commandLine } from '../../command-line.js';
import { Failure, systemCode } from '../../failure.js';
import type { AccessReport } from '../access-report.js';

const VERSION = 1;
const MAX_PROBLEMS = 3;

const text = z.string();
const texts = z.array(text);
const headers = z.record(text, text);
const checkName = z.enum(['gateway', 'app']);
const time = z.iso.datetime().describe('ISO 8601, UTC');
const sha256 = text.nullable().describe('SHA-256 of the package, in Base64');

const answer = z.object({ status: z.int(), code: text.describe('The `code` of a problem').exactOptional() });
const exchange = z.object({
  check: checkName,
  answer: answer.nullable(),
  functionRan: z.boolean().nullable().describe('Whether the function ran; null where it is unknown'),
  request: z.object({ method: text, path: text, headers, body: text.nullable() }),
  response: z.object({ headers, body: text }).nullable(),
  failure: text.nullable().describe('Why there is no answer'),
});
const cell = z.object({
  caller: text,
  expected: z.object({ admitted: z.boolean(), answers: z.array(answer).describe('Any of these is as expected') }),
  exchanges: z.array(exchange),
  result: z.enum(['as expected', 'wrong', 'skipped']),
  note: text.nullable().describe('What is wrong, or why it was skipped'),
});
const routeCallers = z.array(z.object({ route: text, caller: text }));
const changes = z.object({
  against: z.object({ version: text, sha256, finishedAt: time }),
  admitted: routeCallers,
  refused: routeCallers,
  routesAdded: texts,
  routesRemoved: texts,
  callersAdded: texts,
  callersRemoved: texts,
});

/** `access.json`. Fields that it doesn't name are ignored, so a new one needs no new version. */
export const accessReport: z.ZodType<AccessReport> = z.object({
  version: z.literal(VERSION),
  product: text,
  package: z.object({ version: text, sha256 }),
  startedAt: time,
  finishedAt: time,
  apiUrl: text,
  checks: z.array(checkName),
  readOnly: z.boolean().describe('Routes that change something were left out'),
  callers: z.array(z.object({ name: text, description: text })),
  routes: z.array(
    z.object({ route: text, allow: text, cells: z.array(cell).describe("In the order of the report's callers") }),
  ),
  findings: z
    .array(z.object({ code: text, route: text.nullable(), message: text }))
    .describe('What is wrong beside the matrix'),
  changes: changes.exactOptional(),
});

/** Reads `access.json`. Throws `report_missing`, `report_version` for a version of the format that isn't this one's, `report_invalid`. */
export function readAccessReport(file: string): AccessReport {
  const value = parse(file, read(file));
  const { version } = z.object({ version: z.unknown() }).catch({ version: undefined }).parse(value);
  if (typeof version === 'number' && version !== VERSION) {
    throw new Failure('usage', 'report_version', {
      message: `${file} is an access report of version ${version}; this command reads version ${VERSION}.`,
      hint: `Write the report again with this command: ${commandLine('prove', '--out', 'report')}`,
    });
  }
  const { data, error } = accessReport.safeParse(value);
  if (data) return data;
  const problems = error.issues
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw invalid(file, problems.join('; '), error);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Failure('usage', 'report_missing', {
      message: `${file} can't be read (${systemCode(cause)}).`,
      hint: `Name the access.json of an earlier run of ${commandLine('prove')}.`,
      cause,
    });
  }
}

function parse(file: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw invalid(file, 'it is not JSON', cause);
  }
}

function invalid(file: string, problem: string, cause: unknown) {
  return new Failure('usage', 'report_invalid', {
    message: `${file} is no access report: ${problem}.`,
    hint: `Name the access.json of an earlier run of ${commandLine('prove')}.`,
    cause,
  });
}
