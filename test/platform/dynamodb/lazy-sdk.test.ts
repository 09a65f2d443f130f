import { beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';

/** The files that are loaded with the entry, those of dynamic imports left out. */
async function loadedAtStart(entry: string) {
  const { metafile } = await build({
    entryPoints: [entry],
    outdir: 'never-written',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  const isLoaded = new Set<string>();
  const load = (output: string) => {
    if (isLoaded.has(output)) return;
    isLoaded.add(output);
    for (const { kind, path } of metafile.outputs[output]?.imports ?? []) if (kind === 'import-statement') load(path);
  };
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) if (entryPoint === entry) load(output);
  const inputsOf = (outputs: Iterable<string>) =>
    [...outputs].flatMap((output) => Object.keys(metafile.outputs[output]?.inputs ?? {}));
  return { atStart: inputsOf(isLoaded), all: inputsOf(Object.keys(metafile.outputs)) };
}

const ENTRIES = ['app/platform/dynamodb/table.ts', 'app/lambda.ts'] as const;
const loaded = new Map<string, Awaited<ReturnType<typeof loadedAtStart>>>();
beforeAll(async () => {
  for (const entry of ENTRIES) loaded.set(entry, await loadedAtStart(entry));
});
const loadedBy = (entry: (typeof ENTRIES)[number]) => loaded.get(entry) ?? { atStart: [], all: [] };

const isSdk = (input: string) => /node_modules\/@(?:aws-sdk|smithy)\//.test(input);

test.each(ENTRIES)('no cold start of %s loads the AWS SDK', (entry) => {
  const { atStart, all } = loadedBy(entry);
  expect(atStart).toContain('app/platform/dynamodb/table.ts');
  expect(all.some(isSdk)).toBe(true);
  expect(atStart.filter(isSdk)).toEqual([]);
});

test('no table loads STS until it is opened for a tenant, with a role', () => {
  const isSts = (input: string) => /node_modules\/@aws-sdk\/client-sts\//.test(input);
  expect(loadedBy('app/lambda.ts').all.some(isSts)).toBe(true);
  expect(loadedBy('app/platform/dynamodb/table.ts').all.filter(isSts)).toEqual([]);
});
