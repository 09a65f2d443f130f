import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { settings } from '../../app/api/settings.js';
import { settingDocuments } from '../../app/platform/config/setting.js';
import { LAMBDA_SETTINGS, LOCAL_SETTINGS, PLATFORM_SETTINGS } from '../../app/platform/config/settings.js';

/** The rows of the README's table, by variable: its meaning and its default. */
function readTable() {
  const rows = readFileSync('README.md', 'utf8').matchAll(/^\| `([A-Z][A-Z0-9_]*)` +\| (.*?) +\| (.*?) +\|$/gm);
  return new Map(Array.from(rows, ([, name = '', meaning, byDefault]) => [name, [meaning, byDefault]]));
}

test.each(
  settingDocuments({ ...PLATFORM_SETTINGS, ...LAMBDA_SETTINGS, ...LOCAL_SETTINGS, ...settings }).map(
    (each) => [each.name, each] as const,
  ),
)("the README's table says of %s what its declaration says", (name, { description, default: byDefault }) => {
  const shown = byDefault === '' ? 'none' : `\`${byDefault}\``;
  expect(readTable().get(name)).toEqual([description, byDefault === null ? 'required' : shown]);
});

test("every row of the README's table is a setting", () => {
  const declared = Object.keys({ ...PLATFORM_SETTINGS, ...LAMBDA_SETTINGS, ...LOCAL_SETTINGS, ...settings });
  const others = Array.from(readTable().keys()).filter((name) => !declared.includes(name));
  expect(others.toSorted()).toEqual([
    'COGNITO_KEYS',
    'COGNITO_POOLS',
    'DOCS',
    'METRICS',
    'ORIGIN_SECRET_DIGESTS',
    'TABLE_NAME',
  ]);
});
