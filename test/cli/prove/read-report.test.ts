import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { compareReports } from '../../../app/cli/prove/report/compare.js';
import { accessReport, readAccessReport } from '../../../app/cli/prove/report/read-report.js';
import { largeReport, report } from './sample-report.js';

const SCHEMA = 'app/cli/prove/report/access.schema.json';
const scratch = mkdtempSync(join(tmpdir(), 'read-report-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function fileWith(text: string) {
  const path = join(scratch, 'access.json');
  writeFileSync(path, text);
  return path;
}

const withChanges = () => ({ ...largeReport(3, 6), changes: compareReports(report(), largeReport(3, 6)) });

test('a report is read as it was written', () => {
  expect(readAccessReport(fileWith(JSON.stringify(withChanges())))).toEqual(withChanges());
});

test('a field that is not known is ignored', () => {
  expect(readAccessReport(fileWith(JSON.stringify({ ...report(), note: 'new' })))).toEqual(report());
});

// With WRITE_SCHEMA=1 it is written.
test('the documented schema is that of the reader', () => {
  const schema = z.toJSONSchema(accessReport, { io: 'input' });
  if (process.env['WRITE_SCHEMA'] === '1') writeFileSync(SCHEMA, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('the documented schema accepts a report, and refuses one without its time', () => {
  const ajv = new Ajv2020();
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
  validate(withChanges());
  expect(validate.errors).toBeNull();
  const { finishedAt: _, ...rest } = report();
  expect(validate(rest)).toBe(false);
});

test.each<[what: string, text: () => string, code: string, message: string]>([
  [
    'of another version',
    () => JSON.stringify({ ...report(), version: 2 }),
    'report_version',
    ' is an access report of version 2; this command reads version 1.',
  ],
  ['that is not JSON', () => '{', 'report_invalid', ' is no access report: it is not JSON.'],
  [
    'that is another document',
    () => '[]',
    'report_invalid',
    ' is no access report: Invalid input: expected object, received array.',
  ],
  [
    'with a status that is text',
    () => JSON.stringify(report()).replace('"status":401', '"status":"401"'),
    'report_invalid',
    ' is no access report: routes.1.cells.0.expected.answers.0.status: Invalid input: expected number, received string.',
  ],
])('a file %s is refused, and the error says why', (_what, text, code, message) => {
  const path = fileWith(text());
  expect(() => readAccessReport(path)).toThrow(expect.objectContaining({ code, message: `${path}${message}` }));
});

test('a file that does not exist is refused, and the error names it', () => {
  expect(() => readAccessReport('/does/not/exist.json')).toThrow(
    expect.objectContaining({ code: 'report_missing', message: "/does/not/exist.json can't be read (ENOENT)." }),
  );
});
