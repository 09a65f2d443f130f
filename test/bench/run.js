import { build } from 'esbuild';
import { NODE_BUNDLE } from '../../app/build/local-bundle.js';

/** What `make bench` measures; the others take minutes and are named: `npm run bench -- soak keys`. */
const USUAL = ['guard', 'cold', 'first-call', 'warm'];
const MEASUREMENTS = [...USUAL, 'growth', 'soak', 'keys', 'flood', 'revocation', 'load', 'endurance', 'metrics'];

const named = process.argv.slice(2);
const unknown = named.filter((name) => !MEASUREMENTS.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`Not known: ${unknown.join(', ')}. There are: ${MEASUREMENTS.join(', ')}.\n`);
  process.exit(1);
}

const names = named.length > 0 ? named : USUAL;
await build({
  ...NODE_BUNDLE,
  entryPoints: [...names, 'measurement'].map((name) => `test/bench/${name}.ts`),
  outdir: 'dist/bench',
});
const importBuilt = (/** @type {string} */ name) =>
  import(new URL(`../../dist/bench/${name}.js`, import.meta.url).href);
const { asText } = await importBuilt('measurement');
/** @type {import('./measurement.js').Measurement[]} */
const measurements = [];
for (const name of names) {
  const { measure } = await importBuilt(name);
  for await (const measurement of await measure()) {
    process.stdout.write(asText(measurement));
    measurements.push(measurement);
  }
}
if (measurements.length > 0) {
  const { writeReport } = await import('./report.mjs');
  await writeReport('dist/bench', measurements);
  process.stdout.write(
    'All of it on one page: dist/bench/report.html; dist/bench/report.md and report.svg to pass on.\n',
  );
}
