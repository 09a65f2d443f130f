import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';

const scratch = mkdtempSync(join(tmpdir(), 'import-rules-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The rules that a file breaks, in an otherwise empty project with our lint configuration. */
async function rulesBrokenBy(files: Readonly<Record<string, string>>) {
  const project = mkdtempSync(join(scratch, 'project-'));
  cpSync('.oxlintrc.json', join(project, '.oxlintrc.json'));
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const oxlint = resolve('node_modules/.bin/oxlint');
  const output = await promisify(execFile)(oxlint, ['--deny-warnings', '-f', 'unix', 'app'], { cwd: project }).catch(
    (error: { stdout: string }) => error,
  );
  return Array.from(output.stdout.matchAll(/\[Error\/(.+)\]$/gm), ([, rule]) => rule);
}

const importing = (path: string) => `import { thing } from '${path}';\n\nexport const other = thing;\n`;

test.each([
  ['platform/ of api/', 'app/platform/auth/file.ts', '../../api/routes.js'],
  ['platform/ of product.ts', 'app/platform/http/file.ts', '../../api/product.js'],
  ['platform/ of local/', 'app/platform/file.ts', '../local/start.js'],
  ['platform/ of cli/', 'app/platform/dynamodb/file.ts', '../../cli/main.js'],
  ['local/ of the routes', 'app/local/file.ts', '../api/routes.js'],
  ['local/ of a resource', 'app/local/cognito/file.ts', '../../api/orders/store.js'],
  ['cli/ of the services', 'app/cli/file.ts', '../api/services.js'],
  ['cli/ of the settings', 'app/cli/commands/file.ts', '../../api/settings.js'],
])('an import in %s is an error', async (_what, file, path) => {
  expect(await rulesBrokenBy({ [file]: importing(path) })).toEqual(['eslint(no-restricted-imports)']);
});

test.each([
  ['a type', "import type { Thing } from '../api/routes.js';\n\nexport type Other = Thing;\n"],
  ['what is exported again', "export { thing } from '../api/routes.js';\n"],
  ['an import that runs later', "export const load = () => import('../api/routes.js');\n"],
])('%s is an import as well', async (_what, text) => {
  expect(await rulesBrokenBy({ 'app/platform/file.ts': text })).toEqual(['eslint(no-restricted-imports)']);
});

test.each([
  ['local/ of local-users', 'app/local/file.ts', '../api/local-users.js'],
  ['cli/ of product', 'app/cli/commands/file.ts', '../../api/product.js'],
  ['cli/ of access', 'app/cli/file.ts', '../api/access.js'],
  ['api/ of platform/', 'app/api/file.ts', '../platform/http/route.js'],
  ['an entry of everything', 'app/server.ts', './api/routes.js'],
])('an import in %s is none', async (_what, file, path) => {
  expect(await rulesBrokenBy({ [file]: importing(path) })).toEqual([]);
});

test('a circle of imports is an error', async () => {
  const files = {
    'app/api/a.ts': "import { b } from './b.js';\n\nexport const a = () => b;\n",
    'app/api/b.ts': "import { a } from './a.js';\n\nexport const b = () => a;\n",
  };
  expect(await rulesBrokenBy(files)).toContain('import(no-cycle)');
});

test('a circle of types is an error as well', async () => {
  const files = {
    'app/api/a.ts': "import type { B } from './b.js';\n\nexport type A = B[];\n",
    'app/api/b.ts': "import type { A } from './a.js';\n\nexport type B = { a: A };\n",
  };
  expect(await rulesBrokenBy(files)).toContain('import(no-cycle)');
});

test.each([
  ['platform/', 'app/platform/file.ts', ['node(no-process-env)']],
  ['api/', 'app/api/orders/file.ts', ['node(no-process-env)']],
  ['the entries', 'app/lambda.ts', []],
  ['the entry of the access authorizer', 'app/authorizer.ts', []],
  ['the entry of the revocation events', 'app/revocation-events.ts', []],
])('process.env in %s: %j', async (_where, file, rules) => {
  expect(await rulesBrokenBy({ [file]: 'export const home = process.env;\n' })).toEqual(rules);
});
