import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { LAMBDA_BUNDLE } from '../../app/build/lambda-bundle.js';

const run = promisify(execFile);

/** What a bundle of these files writes to stdout as JSON, and its code; `index.ts` is the entry. */
async function bundleAndRun(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'bundle-'));
  try {
    for (const [name, contents] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), contents);
    }
    const { outputFiles } = await build({
      ...LAMBDA_BUNDLE,
      nodePaths: [path.resolve('node_modules')],
      entryPoints: { index: path.join(folder, 'index.ts') },
      outdir: path.join(folder, 'dist'),
      write: false,
    });
    await mkdir(path.join(folder, 'dist'));
    for (const file of outputFiles) await writeFile(file.path, file.contents);
    const { stdout } = await run(process.execPath, ['--enable-source-maps', path.join(folder, 'dist/index.mjs')]);
    return { written: JSON.parse(stdout) as unknown, code: outputFiles.map(({ text }) => text).join('\n') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('what packages get in the place of others, an API that imports the same does not get', async () => {
  const { written } = await bundleAndRun({
    'index.ts': `
      import { isMainThread, threadId } from 'node:worker_threads';
      import { hostname } from 'os';
      import { gzipSync } from 'node:zlib';
      import { UnsecuredJWT } from 'jose';
      import qs from 'qs';
      console.log(JSON.stringify([
        hostname(), isMainThread, threadId, gzipSync('a').length > 0,
        new UnsecuredJWT({}).encode(), qs.parse('a[b]=c'), qs.formats.default,
      ]));`,
  });
  expect(written).toEqual([hostname(), true, 0, true, 'eyJhbGciOiJub25lIn0.e30.', { a: { b: 'c' } }, 'RFC3986']);
});

test("a package's modules are compiled with the bundle, and a stack names the right place in the source", async () => {
  const { written, code } = await bundleAndRun({
    'node_modules/one/index.js': 'exports.one = () => 1;',
    'node_modules/two/index.js': "exports.two = () => require('one').one() + 1;",
    'index.ts': [
      "import { two } from 'two';",
      '',
      'const sum: number = two();',
      '  console.log(JSON.stringify([sum, new Error("here").stack?.split("\\n")[1]]));',
    ].join('\n'),
  });
  expect(code).toMatch(/"[^"]*node_modules\/one\/index\.js":\(function\(exports\)\{/);
  expect(code).toMatch(/"[^"]*node_modules\/two\/index\.js":\(function\(exports\)\{/);
  expect(written).toEqual([2, expect.stringMatching(/index\.ts:4:36\)?$/)]);
});

test('what a function assigned to a property can reach is collected with the young objects', async () => {
  const { written } = await bundleAndRun({
    'node_modules/request/index.js': `
      exports.begin = () => {
        const request = { body: new Array(100).fill(0) };
        request.close = () => request.body;
        return request;
      };`,
    'index.ts': `
      import { setFlagsFromString } from 'node:v8';
      import { runInNewContext } from 'node:vm';
      import { begin } from 'request';
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc');
      function serve() {
        const response = begin();
        response.destroy = () => response.body;
      }
      const used = () => {
        collect({ type: 'minor' });
        collect({ type: 'minor' });
        return process.memoryUsage().heapUsed;
      };
      for (let call = 0; call < 500; call += 1) serve();
      const before = used();
      for (let call = 0; call < 500; call += 1) serve();
      console.log(JSON.stringify(used() - before));`,
  });
  expect(written).toBeLessThan(100_000);
});
