import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The codes that stand in the sources, but those of the docs page, which only the local server has. */
function codesInSources() {
  const files = ['app/platform', 'app/api']
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, String(file))))
    .filter((file) => file.endsWith('.ts') && !file.includes('docs-page'));
  const codes = files.flatMap((file) =>
    Array.from(readFileSync(file, 'utf8').matchAll(/\bcode(?: = |: )'([a-z_]+)'/g), ([, code = '']) => code),
  );
  return [...new Set(codes)];
}

test('dist/problems.md has a section for every code that the sources respond with', () => {
  const reference = readFileSync('dist/problems.md', 'utf8');
  const described = Array.from(reference.matchAll(/^## `([a-z_]+)` \(/gm), ([, code = '']) => code);
  expect(codesInSources().filter((code) => !described.includes(code))).toEqual([]);
  expect(described).toEqual(expect.arrayContaining(['token_invalid', 'token_expired', 'precondition_failed']));
});

test('it tells the reasons that the log has and the caller does not get', () => {
  const reference = readFileSync('dist/problems.md', 'utf8');
  const [, section = ''] = /## `token_invalid` \(401\)([^]*?)\n## /.exec(reference) ?? [];
  for (const reason of ['signature', 'issuer', 'client', 'algorithm', 'key_unknown']) {
    expect(section).toContain(`\`${reason}\``);
  }
  expect(reference).toContain(
    '`reason` in the log: `rule_not_met`, `pool_not_allowed`, `claim_missing:NAME`, `claim_malformed:NAME`, `claim_value:NAME`.',
  );
});
