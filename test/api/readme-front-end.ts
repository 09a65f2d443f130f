import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

/** The code blocks of the section in `app/README.md`, by language. */
function readRecipe() {
  const [, section = ''] = readFileSync('app/README.md', 'utf8').split('## A front end to copy\n');
  const [own = ''] = section.split(/^## /m, 1);
  const blocks = own.matchAll(/^```(?<language>\w+)\n(?<text>.*?)^```$/gms);
  return Object.fromEntries([...blocks].map(({ groups }) => [groups?.['language'], groups?.['text']]));
}

/** The page of the README, bundled: path -> media type and text. `config` is what it must know. */
export async function readmeFrontEnd(config: object): Promise<Record<string, [type: string, text: string]>> {
  const { html = '', js = '' } = readRecipe();
  const { outputFiles } = await build({
    stdin: { contents: js, resolveDir: '.' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  return {
    '/': ['text/html', html],
    '/front-end.js': ['text/javascript', outputFiles[0]?.text ?? ''],
    '/config.json': ['application/json', JSON.stringify(config)],
  };
}
