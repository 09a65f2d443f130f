import { chmod, mkdir, readFile, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildLambda, withoutTracing } from './lambda-bundle.js';
import { buildTriggers } from './trigger-bundles.js';
import { apiPlugins, localBundle, writeDocuments } from './local-bundle.js';

// `node app/build/index.js [local] [--api FOLDER] [--out FOLDER]`: everything, or what `npm start` and the command need.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { api: { type: 'string', default: 'app/api' }, out: { type: 'string', default: 'dist' } },
});
const { api, out } = values;
const isLocalOnly = positionals[0] === 'local';
/** With DOCS=on the docs go to the cloud as well: into the function's zip, and their routes into the gateway. */
const hasDocs = process.env['DOCS'] === 'on';
/** With TRACING=on the function can send traces. */
const hasTracing = process.env['TRACING'] === 'on';
const plugins = apiPlugins(api);

/**
 * The command: its entry is one small file, all that `token` loads where a stored token will do, and CommonJS, which
 * starts sooner. The AWS SDK is bundled, since one file loads in half the time of its many.
 * @type {(command: string) => Promise<void>}
 */
async function buildCli(command) {
  const outdir = `${out}/cli`;
  await rm(outdir, { recursive: true, force: true });
  /** @type {import('esbuild').BuildOptions} */
  const options = { outdir, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', plugins };
  await build({
    ...options,
    entryPoints: { [command]: 'app/cli/bin.ts' },
    external: ['./main.js'],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    minify: true,
  });
  await build({
    ...options,
    entryPoints: ['app/cli/main.ts'],
    format: 'esm',
    mainFields: ['module', 'main'],
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  await chmod(`${outdir}/${command}.cjs`, 0o755);
}

/**
 * Links the command where npx looks first, and removes the link of an earlier name.
 * @type {(command: string) => Promise<void>}
 */
async function linkCommand(command) {
  const bin = 'node_modules/.bin';
  const isOurs = (/** @type {string} */ target) => target.startsWith('../../dist/cli/');
  for (const name of await readdir(bin)) {
    const target = await readlink(`${bin}/${name}`).catch(() => '');
    if (isOurs(target)) await rm(`${bin}/${name}`);
  }
  await symlink(`../../dist/cli/${command}.cjs`, `${bin}/${command}`);
}

/** The docs page: Swagger UI and the OpenID client from node_modules, so that nothing is loaded from elsewhere. */
async function buildDocs() {
  await rm(`${out}/docs`, { recursive: true, force: true });
  const page = 'app/platform/docs-page/page';
  await build({
    entryPoints: ['page.ts', 'page.css', 'page.html', 'callback.ts', 'callback.html'].map((name) => `${page}/${name}`),
    outdir: `${out}/docs`,
    bundle: true,
    minify: true,
    legalComments: 'external',
    loader: { '.html': 'copy' },
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
}

/** The files of the docs for the function's zip, by name. */
async function docsFiles() {
  const names = hasDocs ? await readdir(`${out}/docs`) : [];
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [`docs/${name}`, await readFile(`${out}/docs/${name}`)])),
  );
}

await mkdir(out, { recursive: true });
await rm(`${out}/local`, { recursive: true, force: true });
await Promise.all([build(localBundle({ api, out })), buildDocs()]);
const { product, triggers } = await writeDocuments({ out, docs: hasDocs });
const { command } = product;
await buildCli(command);
if (out === 'dist') await linkCommand(command);
if (!isLocalOnly) {
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const refused = Object.keys(devDependencies);
  await buildTriggers({ api, out, triggers, plugins, refused });
  const tracing = hasTracing ? [] : [withoutTracing];
  await buildLambda({ name: 'lambda', out, plugins: [...plugins, ...tracing], refused, files: await docsFiles() });
  await buildLambda({ name: 'revocation-events', out, plugins, refused, files: {} });
  await buildLambda({
    name: 'authorizer',
    out,
    plugins,
    refused: [...refused, 'express', '@aws-sdk', '@smithy'],
    files: { 'authorizer.json': await readFile(`${out}/authorizer.json`) },
  });
}
