import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

/** Where the sample may be named: its own folders, tests of it, settings and state of its deployments, documents. */
const ALLOWED = [/^(?:app|test)\/api\//, /\.tfvars$/, /(?:^|\/)README\.md$/, /\.tfstate/];
const NOT_OURS = new Set(['node_modules', '.terraform']);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesIn(name);
    return entry.isFile() ? [name] : [];
  });
}

test('the sample is named in its own folders, tfvars and READMEs alone', () => {
  const others = ['app', 'infra', 'test'].flatMap(filesIn).filter((name) => !ALLOWED.some((each) => each.test(name)));
  expect(others.length).toBeGreaterThan(100);
  expect(others.filter((name) => /pizza/i.test(name) || /pizza/i.test(readFileSync(name, 'latin1')))).toEqual([]);
});
