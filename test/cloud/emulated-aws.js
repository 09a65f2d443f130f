import { build } from 'esbuild';
import { NODE_BUNDLE } from '../../app/build/local-bundle.js';

await build({ ...NODE_BUNDLE, entryPoints: ['test/cloud/serve.ts'], outdir: 'dist/emulated-aws' });
const { serve } = await import(new URL('../../dist/emulated-aws/serve.js', import.meta.url).href);
await serve();
