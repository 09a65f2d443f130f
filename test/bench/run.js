import { build } from 'esbuild';

/** What `make bench` measures; the others take minutes and are named: `npm run bench -- soak keys`. */
const USUAL = ['guard', 'cold', 'warm'];
const MEASUREMENTS = [...USUAL, 'soak', 'keys', 'flood', 'revocation', 'load'];

const named = process.argv.slice(2);
const unknown = named.filter((name) => !MEASUREMENTS.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`Not known: ${unknown.join(', ')}. There are: ${MEASUREMENTS.join(', ')}.\n`);
  process.exit(1);
}

const names = named.length > 0 ? named : USUAL;
await build({
  entryPoints: names.map((name) => `test/bench/${name}.ts`),
  outdir: 'dist/bench',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
for (const name of names) {
  const { measure } = await import(new URL(`../../dist/bench/${name}.js`, import.meta.url).href);
  await measure();
}
