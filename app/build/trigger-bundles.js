import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { LAMBDA_BUNDLE, checkInputs } from './lambda-bundle.js';
import { zip } from './zip.js';

/**
 * @typedef {object} TriggerOptions
 * @property {string} api the folder that holds the API
 * @property {string} out where `triggers/NAME.zip` are written
 * @property {import('../platform/triggers/trigger.js').Triggers} triggers that the API lists
 * @property {import('esbuild').Plugin[]} plugins
 * @property {readonly string[]} refused packages that have no place in a bundle
 */

/** Cognito encrypts the code of e-mails; the other triggers go without the library that decrypts it. */
const DECRYPTING = `import { decryptCode as received } from '${path.resolve('app/platform/triggers/encrypted-code.ts')}';`;

/**
 * One function each: `api/triggers/NAME.ts` -> `triggers/NAME.zip`, handler `index.handler`. Throws where the folder and
 * the list in its `index.ts` differ.
 * @type {(options: TriggerOptions) => Promise<void>}
 */
export async function buildTriggers({ api, out, triggers, plugins, refused }) {
  const names = Object.keys(triggers);
  const folder = `${api}/triggers`;
  const files = (await readdir(folder)).filter((file) => file !== 'index.ts').map((file) => path.parse(file).name);
  const odd = [...files.filter((file) => !names.includes(file)), ...names.filter((name) => !files.includes(name))];
  if (odd.length > 0) throw new Error(`${folder}/index.ts lists other triggers than its folder has: ${odd.join(', ')}`);

  await rm(`${out}/triggers`, { recursive: true, force: true });
  await mkdir(`${out}/triggers`, { recursive: true });
  for (const [name, { event }] of Object.entries(triggers)) {
    const contents = `
      import trigger from './${name}.ts';
      ${event === 'customEmailSender' ? DECRYPTING : 'const received = (event) => event;'}
      export const handler = async (event) => trigger.handle(await received(event, process.env), process.env);`;
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
