import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { apiFolder } from './api-folder.js';

/**
 * @typedef {object} LocalOptions
 * @property {string} api the folder that holds the API, `app/api` by default
 * @property {string} out where the build is written, `dist` by default
 */

/** @type {(api: string) => import('esbuild').Plugin[]} */
export const apiPlugins = (api) => (api === 'app/api' ? [] : [apiFolder(api)]);

/**
 * For what runs on the developer's machine, against node_modules: bundled only to leave TypeScript behind.
 * @type {import('esbuild').BuildOptions}
 */
export const NODE_BUNDLE = {
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
};

/**
 * The server, and what writes the documents.
 * @type {(options: LocalOptions) => import('esbuild').BuildOptions}
 */
export const localBundle = ({ api, out }) => ({
  ...NODE_BUNDLE,
  entryPoints: { server: 'app/server.ts', documents: 'app/build/documents.ts' },
  outdir: `${out}/local`,
  plugins: apiPlugins(api),
});

/**
 * Writes what the API's declarations say, for others to read, once the bundle is there.
 * @type {(options: { out: string, docs: boolean }) => Promise<Pick<typeof import('./documents.js'), 'product' | 'triggers'>>}
 */
export async function writeDocuments({ out, docs }) {
  const { href } = pathToFileURL(path.resolve(out, 'local/documents.js'));
  /** @type {typeof import('./documents.js')} */
  const { product, triggers, documents } = await import(`${href}?${Date.now()}`);
  const { version, description } = JSON.parse(await readFile('package.json', 'utf8'));
  /** @type {Record<string, object | string>} */
  const contents = await documents({ version, description, docs });
  for (const [name, document] of Object.entries(contents)) {
    const text = typeof document === 'string' ? document : `${JSON.stringify(document, null, 2)}\n`;
    await writeFile(`${out}/${name}`, text);
  }
  await copyFile(`${out}/openapi.json`, `${out}/docs/openapi.json`);
  return { product, triggers };
}
