import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { zip } from '../../app/build/zip.js';

const archive = readFileSync('dist/fixture/lambda.zip');
const files = unzipSync(archive);
const authorizer = readFileSync('dist/fixture/authorizer.zip');
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const NOT_BUNDLED = /\/dist-types(?:\/|$)|\.d\.[cm]?ts$|\.md$/;

/** The packages that a build reads: those of the product, and the tools that make the zip. */
function packages() {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { dev?: boolean }> };
  const tools = /node_modules\/(?:esbuild|@esbuild\/[\w-]+|fflate|acorn(?:-walk)?|@jridgewell\/sourcemap-codec)$/;
  const read = Object.entries(lock.packages).filter(([name, { dev }]) => name && (!dev || tools.test(name)));
  return read.map(([name]) => name).filter((name) => existsSync(name));
}

test('the zips are the same bytes when they are built elsewhere, in another time zone', () => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'elsewhere-'));
  for (const name of ['app', 'test/harness/fixture-api', 'package.json', 'tsconfig.json', ...packages()]) {
    cpSync(name, path.join(elsewhere, name), { recursive: true, filter: (file) => !NOT_BUNDLED.test(file) });
  }
  cpSync('dist/fixture/authorizer.json', path.join(elsewhere, 'authorizer.json'));
  const script = `
    import { readFileSync } from 'node:fs';
    import { apiFolder } from './app/build/api-folder.js';
    import { buildLambda, withoutTracing } from './app/build/lambda-bundle.js';
    const plugins = [apiFolder('test/harness/fixture-api')];
    const options = { out: 'dist/fixture', plugins, refused: [] };
    await buildLambda({ ...options, name: 'lambda', plugins: [...plugins, withoutTracing], files: {} });
    await buildLambda({ ...options, name: 'authorizer', files: { 'authorizer.json': readFileSync('authorizer.json') } });`;
  const env = { ...process.env, TZ: 'Pacific/Auckland' };
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: elsewhere, env });
  const others = ['lambda', 'authorizer'].map((name) => readFileSync(path.join(elsewhere, `dist/fixture/${name}.zip`)));
  rmSync(elsewhere, { recursive: true });
  expect(others.map(hash)).toEqual([archive, authorizer].map(hash));
});

test('it has at most 300 kB without the AWS SDK', () => {
  const ofSdk = (bytes: Uint8Array) => /@(?:aws-sdk|smithy)\//.test(Buffer.from(bytes).toString('latin1'));
  const others = Object.entries(files).filter(([, bytes]) => !ofSdk(bytes));
  expect(others.length).toBeLessThan(Object.keys(files).length);
  expect(zip(Object.fromEntries(others)).length).toBeLessThanOrEqual(300_000);
});

test('it holds the bundle, with its maps, and nothing else', () => {
  expect(Object.keys(files)).toContain('index.mjs');
  expect(Object.keys(files).filter((name) => !/^[\w-]+\.(?:mjs|cjs|mjs\.map)$/.test(name))).toEqual([]);
});

test('the access authorizer is a fifth of it at most, one file beside its rules, without Express and the AWS SDK', () => {
  const own = unzipSync(authorizer);
  expect(Object.keys(own).toSorted()).toEqual(['authorizer.json', 'index.mjs', 'index.mjs.map']);
  expect(Buffer.from(own['index.mjs'] ?? []).toString()).not.toMatch(
    /@aws-sdk|@smithy|serverless-express|app\.handle\(/,
  );
  expect(authorizer.length).toBeLessThan(archive.length / 5);
});

test('its maps name sources of the app alone, by relative paths', () => {
  const map = JSON.parse(Buffer.from(files['index.mjs.map'] ?? []).toString()) as { sources: string[] };
  expect(map.sources).toContain('../../../app/lambda.ts');
  expect(map.sources.filter((source) => !source.startsWith('../../../app/'))).toEqual([]);
});

test('no path of the machine that built it is in it', () => {
  const text = Object.values(files).map((bytes) => Buffer.from(bytes).toString('latin1'));
  expect(text.some((file) => file.includes(process.cwd()))).toBe(false);
});
