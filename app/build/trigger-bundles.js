import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { LAMBDA_BUNDLE, checkInputs } from './lambda-bundle.js';
import { zip } from './zip.js';

/**
 * @typedef {object} TriggerOptions
 * @property {string} api the folder that holds the API
 * @property {string} out where `triggers/NAME.zip` are written
 * @property {readonly string[]} names the names of the triggers that the API lists
 * @property {import('esbuild').Plugin[]} plugins
 * @property {readonly string[]} refused packages that have no place in a bundle
 */

/**
 * One function each: `api/triggers/NAME.ts` -> `triggers/NAME.zip`, handler `index.handler`. Throws where the folder and
 * the list in its `index.ts` differ.
 * @type {(options: TriggerOptions) => Promise<void>}
 */
export async function buildTriggers({ api, out, names, plugins, refused }) {
  const folder = `${api}/triggers`;
  const files = (await readdir(folder)).filter((file) => file !== 'index.ts').map((file) => path.parse(file).name);
  const odd = [...files.filter((file) => !names.includes(file)), ...names.filter((name) => !files.includes(name))];
  if (odd.length > 0) throw new Error(`${folder}/index.ts lists other triggers than its folder has: ${odd.join(', ')}`);

  await rm(`${out}/triggers`, { recursive: true, force: true });
  await mkdir(`${out}/triggers`, { recursive: true });
  for (const name of names) {
    const contents = `import trigger from './${name}.ts';\nexport const handler = async (event) => trigger.handle(event, process.env);\n`;
    const { outputFiles, metafile } = await build({
      ...LAMBDA_BUNDLE,
      sourcemap: false,
      plugins: [...plugins, ...LAMBDA_BUNDLE.plugins],
      stdin: { contents, resolveDir: path.resolve(folder), sourcefile: 'index.ts', loader: 'ts' },
      outdir: `${out}/triggers`,
      entryNames: 'index',
      write: false,
    });
    checkInputs(metafile, ['app/local/', 'app/cli/', ...refused.map((each) => `node_modules/${each}/`)]);
    const packaged = Object.fromEntries(outputFiles.map((file) => [path.basename(file.path), file.contents]));
    await writeFile(`${out}/triggers/${name}.zip`, zip(packaged));
  }
}
