import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { leanBundle } from './lean-bundle.js';
import { ownSources } from './source-map.js';
import { v8Hints } from './v8-hints.js';
import { zip } from './zip.js';

/**
 * How a bundle for Lambda is made. Names are kept: shorter ones make V8 start no sooner, and stacks name functions.
 * @type {import('esbuild').BuildOptions & { metafile: true, plugins: import('esbuild').Plugin[] }}
 */
export const LAMBDA_BUNDLE = {
  bundle: true,
  splitting: true,
  chunkNames: '[name]-[hash]',
  assetNames: '[name]',
  platform: 'node',
  format: 'esm',
  target: 'node22',
  outExtension: { '.js': '.mjs' },
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  plugins: [leanBundle, v8Hints],
  metafile: true,
  logLevel: 'warning',
};

/**
 * In a build without TRACING=on, nothing of OpenTelemetry is in the function's package.
 * @type {import('esbuild').Plugin}
 */
export const withoutTracing = {
  name: 'without-tracing',
  setup(build) {
    const leftOut = path.resolve('app/platform/tracing/left-out.ts');
    build.onResolve({ filter: /\/tracing\/otlp\.js$/ }, () => ({ path: leftOut }));
  },
};

/**
 * Throws where the bundle holds what is for the developer's machine alone.
 * @type {(metafile: import('esbuild').Metafile, refused: readonly string[]) => void}
 */
export function checkInputs({ inputs }, refused) {
  const found = Object.keys(inputs).filter((input) => refused.some((start) => input.startsWith(start)));
  if (found.length > 0) throw new Error(`The Lambda bundle reaches what has no place in it:\n  ${found.join('\n  ')}`);
}

/**
 * @typedef {object} LambdaOptions
 * @property {'lambda' | 'authorizer' | 'revocation-events'} name of the entry
 * @property {string} out where `NAME/` and `NAME.zip` are written
 * @property {import('esbuild').Plugin[]} plugins
 * @property {readonly string[]} refused packages that have no place in the bundle
 * @property {Record<string, Uint8Array>} files what goes into the zip as well, by name
 */

/**
 * `app/NAME.ts` -> `NAME/` and `NAME.zip`, handler `index.handler`. The same source gives the same bytes.
 * @type {(options: LambdaOptions) => Promise<void>}
 */
export async function buildLambda({ name: entry, out, plugins, refused, files: others }) {
  const outdir = `${out}/${entry}`;
  const { outputFiles, metafile } = await build({
    ...LAMBDA_BUNDLE,
    plugins: [...plugins, ...LAMBDA_BUNDLE.plugins],
    entryPoints: { index: `app/${entry}.ts` },
    outdir,
    write: false,
  });
  checkInputs(metafile, ['app/local/', 'app/cli/', ...refused.map((name) => `node_modules/${name}/`)]);

  /** @type {Record<string, Uint8Array>} */
  const files = { ...others };
  for (const { path: file, contents, text } of outputFiles) {
    files[path.relative(outdir, file)] = file.endsWith('.map') ? Buffer.from(ownSources(text)) : contents;
  }
  await rm(outdir, { recursive: true, force: true });
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(outdir, name)), { recursive: true });
    await writeFile(path.join(outdir, name), contents);
  }
  const archive = zip(files);
  await writeFile(`${outdir}.zip`, archive);
  await report(outdir, metafile, files, archive);
}

/**
 * Prints the size of the package, and writes `NAME-sizes.txt`: what is in each file, by package, in bytes.
 * @type {(outdir: string, metafile: import('esbuild').Metafile, files: Record<string, Uint8Array>, archive: Uint8Array) => Promise<void>}
 */
async function report(outdir, { outputs }, files, archive) {
  const isSdk = (/** @type {string} */ name) =>
    Object.keys(outputs[`${outdir}/${name}`]?.inputs ?? {}).some((input) => /@(?:aws-sdk|smithy)\//.test(input));
  const others = Object.fromEntries(Object.entries(files).filter(([name]) => !isSdk(name)));
  /** @type {[number, string][]} */
  const totals = [[archive.length, `${outdir}.zip`]];
  if (Object.keys(others).length < Object.keys(files).length)
    totals.push([zip(others).length, '  without the AWS SDK']);
  const lines = [...totals];
  for (const [name, { length }] of Object.entries(files)) {
    lines.push([length, `  ${name}`]);
    /** @type {Map<string, number>} */
    const sizes = new Map();
    for (const [input, { bytesInOutput }] of Object.entries(outputs[`${outdir}/${name}`]?.inputs ?? {})) {
      const owner = ownerOf(input);
      sizes.set(owner, (sizes.get(owner) ?? 0) + bytesInOutput);
    }
    if (sizes.size === 1) continue;
    for (const [owner, bytes] of [...sizes].toSorted(([, a], [, b]) => b - a)) lines.push([bytes, `    ${owner}`]);
  }
  const text = lines.map(([bytes, name]) => `${String(bytes).padStart(9)}  ${name}\n`);
  await writeFile(`${outdir}-sizes.txt`, text.join(''));
  process.stdout.write(text.slice(0, totals.length).join(''));
}

/** @type {(input: string) => string} */
function ownerOf(input) {
  const [, name] = /^(?:.*node_modules\/|stub:)((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
  return name ?? 'app';
}
