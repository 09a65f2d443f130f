import { build } from 'esbuild';

/** The arguments of Node for a script that may import the project's own TypeScript, by its path from the root: `./app/x.js`. */
export async function scriptArguments(contents: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return ['--input-type=module', '--eval', outputFiles[0]?.text ?? ''];
}
