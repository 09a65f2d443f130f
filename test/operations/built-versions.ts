import { readFile, writeFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { LAMBDA_BUNDLE, withoutTracing } from '../../app/build/lambda-bundle.js';
import { zip } from '../../app/build/zip.js';

/** A text of a source file, and what stands there instead. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Another version of the function: the zip of the sources with these edits, each of which must apply. */
export async function buildVersion(zipFile: string, edits: readonly Edit[]): Promise<void> {
  const applied = new Set<Edit>();
  const editing: Plugin = {
    name: 'edits',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const own = edits.filter(({ file }) => relative(process.cwd(), path) === file);
        if (own.length === 0) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const edit of own) {
          if (contents.includes(edit.from)) applied.add(edit);
          contents = contents.replace(edit.from, () => edit.to);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
  const { outputFiles } = await build({
    ...LAMBDA_BUNDLE,
    sourcemap: false,
    plugins: [editing, withoutTracing, ...LAMBDA_BUNDLE.plugins],
    entryPoints: { index: 'app/lambda.ts' },
    outdir: 'dist/lambda',
    write: false,
  });
  const missing = edits.filter((edit) => !applied.has(edit));
  if (missing.length > 0)
    throw new Error(`No such text: ${missing.map(({ file, from }) => `${file}: ${from}`).join()}`);
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  await writeFile(zipFile, zip(files));
}

/** The same API; its log lines tell it from the one that is deployed. */
export const NEXT_VERSION: readonly Edit[] = [
  { file: 'app/platform/lambda/log.ts', from: 'base: null', to: "base: { version: 'next' }" },
];

/** Versions that must not get a call, each with what its check says. */
export const BROKEN_VERSIONS: readonly { name: string; edits: readonly Edit[]; fault: RegExp }[] = [
  {
    name: 'without the guard',
    edits: [
      {
        file: 'app/platform/auth/guard.ts',
        from: "if (allow === 'everyone') return",
        to: 'if (allow) return',
      },
    ],
    fault: /: [A-Z]+ \S+ without a token answered \d{3}(?: \(\w+\))? instead of 401\.$/m,
  },
  {
    name: 'that accepts alg none',
    edits: [
      {
        file: 'app/platform/auth/jwt.ts',
        from: "if (alg !== 'RS256') throw",
        to: "if (alg !== 'RS256' && alg !== 'none') throw",
      },
      {
        file: 'app/platform/auth/jwt.ts',
        from: 'signature: decodeSegment(signature)',
        to: "signature: signature === '' ? Buffer.alloc(0) : decodeSegment(signature)",
      },
      {
        file: 'app/platform/auth/jwt.ts',
        from: 'if (!createVerify',
        to: 'if (signature.length > 0 && !createVerify',
      },
    ],
    fault: /: [A-Z]+ \S+ with an unsigned token \(alg none\) for [\w-]+ answered \d{3}(?: \(\w+\))? instead of 401\.$/m,
  },
  {
    name: 'that throws when it is loaded',
    edits: [
      {
        file: 'app/lambda.ts',
        from: 'function load(env: NodeJS.ProcessEnv, optional: Optional) {',
        to: "function load(env: NodeJS.ProcessEnv, optional: Optional) {\n  throw new Error('This version does not load.');",
      },
    ],
    fault: /: [A-Z]+ \S+ without a token ended with Error: This version does not load\.$/m,
  },
];
