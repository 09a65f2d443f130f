import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { buildLambda } from './lambda-bundle.js';

/** The entries that run on a laptop, against node_modules: bundled only to leave TypeScript behind. */
async function buildLaptop() {
  await rm('dist/local', { recursive: true, force: true });
  await build({
    entryPoints: [
      'app/server.ts',
      'app/platform/contract/gateway.ts',
      'app/platform/contract/openapi.ts',
      'app/api/routes.ts',
      'app/platform/docs-page/routes.ts',
    ],
    outdir: 'dist/local',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  });
}

/**
 * The `pizza` command: its entry is one small file, all that `pizza token` loads where a kept token will do, and CommonJS,
 * which starts sooner. The AWS SDK is bundled, since one file loads in half the time of its many.
 */
async function buildCli() {
  await rm('dist/cli', { recursive: true, force: true });
  /** @type {import('esbuild').BuildOptions} */
  const settings = { outdir: 'dist/cli', bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };
  await build({
    ...settings,
    entryPoints: { pizza: 'app/cli/bin.ts' },
    external: ['./main.js'],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    minify: true,
  });
  await build({
    ...settings,
    entryPoints: ['app/cli/main.ts'],
    format: 'esm',
    mainFields: ['module', 'main'],
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  await chmod('dist/cli/pizza.cjs', 0o755);
}

/** The docs page: Swagger UI from node_modules, so that nothing is asked of anybody else. */
async function buildDocs() {
  await rm('dist/docs', { recursive: true, force: true });
  await build({
    entryPoints: [
      'app/platform/docs-page/page/page.ts',
      'app/platform/docs-page/page/page.css',
      'app/platform/docs-page/page/page.html',
    ],
    outdir: 'dist/docs',
    bundle: true,
    minify: true,
    legalComments: 'external',
    loader: { '.html': 'copy' },
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
}

/** @type {(entry: string) => Promise<any>} */
const built = (entry) => import(new URL(`../../dist/local/${entry}.js`, import.meta.url).href);

/** @type {(path: string, document: object) => Promise<void>} */
const writeJson = (path, document) => writeFile(path, `${JSON.stringify(document, null, 2)}\n`);

/** With DOCS=on the docs go to the cloud as well: into the function's zip, and their routes into the gateway. */
const hasDocs = process.env['DOCS'] === 'on';

/** What Terraform reads. */
async function writeGateway() {
  const [{ gatewayDocument }, { routes }, { docsRoutes }] = await Promise.all(
    ['platform/contract/gateway', 'api/routes', 'platform/docs-page/routes'].map(built),
  );
  await writeJson('dist/gateway.json', gatewayDocument(hasDocs ? [...routes, ...docsRoutes()] : routes));
}

/** The files of the docs for the function's zip, by name. */
async function docsFiles() {
  const names = hasDocs ? await readdir('dist/docs') : [];
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [`docs/${name}`, await readFile(`dist/docs/${name}`)])),
  );
}

async function writeOpenApi() {
  const [{ openApiDocument }, { routes }] = await Promise.all([
    built('platform/contract/openapi'),
    built('api/routes'),
  ]);
  const { name: title, version, description } = JSON.parse(await readFile('package.json', 'utf8'));
  const document = await openApiDocument(routes, { title, version, description });
  await Promise.all(['dist/openapi.json', 'dist/docs/openapi.json'].map((path) => writeJson(path, document)));
}

await mkdir('dist', { recursive: true });
await Promise.all([buildLaptop(), buildCli(), buildDocs()]);
await writeOpenApi();
if (process.argv[2] !== 'local') {
  await writeGateway();
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  await buildLambda(Object.keys(devDependencies), await docsFiles());
}
