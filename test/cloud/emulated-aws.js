import { build } from 'esbuild';

await build({
  entryPoints: ['test/cloud/serve.ts'],
  outdir: 'dist/emulated-aws',
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
const { serve } = await import(new URL('../../dist/emulated-aws/serve.js', import.meta.url).href);
await serve();
