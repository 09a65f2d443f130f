import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { relative } from 'node:path';
import { DEFERRED, REPLACED, UNREACHABLE } from './bundle-stubs.js';

const require = createRequire(import.meta.url);

/**
 * The clock of entries with a time to live. Merely asking Node for `performance` loads perf_hooks; the cache then takes `Date`.
 */
const CLOCK = /node_modules\/lru-cache\/dist\/esm\/node\/index\.min\.js$/;

/** @type {(build: import('esbuild').PluginBuild) => void} */
function changeFiles(build) {
  build.onLoad({ filter: CLOCK }, async ({ path }) => ({
    contents: `const performance = undefined;\n${await readFile(path, 'utf8')}`,
  }));
  build.onLoad({ filter: UNREACHABLE }, ({ path }) => {
    const name = UNREACHABLE.exec(path)?.[1];
    return {
      contents: `
        const fail = () => { throw new Error('${name} is left out of the Lambda bundle, see app/build/bundle-stubs.js'); };
        module.exports = new Proxy(fail, { get: () => fail });`,
    };
  });
}

/** @type {(name: string, original: string) => string} */
function forwardCalls(name, original) {
  const exported = require(original);
  const forward = (/** @type {string} */ member) =>
    `function (...input) { return Reflect.apply(require('deferred:${name}')${member}, this, input); }`;
  const members = Object.keys(exported).map((key) => `module.exports.${key} = ${forward(`.${key}`)};`);
  return [...(typeof exported === 'function' ? [`module.exports = ${forward('')};`] : []), ...members].join('\n');
}

const ORIGINAL = Symbol('original');
const NODE = /^node:/;
/** The package that a file of `node_modules` belongs to. */
const PACKAGE = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const BUILTIN = new RegExp(`^(?:node:)?(${builtinModules.join('|')})$`);

/** What each importer gets in the place of a package. */
const STUBS = {
  ...Object.fromEntries(
    DEFERRED.map((name) => [
      name,
      {
        importers: ['express', 'body-parser'],
        contents: (/** @type {string} */ original) => forwardCalls(name, original),
      },
    ]),
  ),
  ...REPLACED,
};

/** @type {(build: import('esbuild').PluginBuild, originals: Map<string, string>) => void} */
function replacePackages(build, originals) {
  const filter = new RegExp(`^(?:node:)?(?:${Object.keys(STUBS).join('|')})$`);
  build.onResolve({ filter }, async ({ path, pluginData, importer, kind, resolveDir }) => {
    const name = path.replace(NODE, '');
    const [, owner = ''] = PACKAGE.exec(importer) ?? [];
    if (pluginData === ORIGINAL || !STUBS[name]?.importers.includes(owner)) return undefined;
    const original = await build.resolve(path, { importer, kind, resolveDir, pluginData: ORIGINAL });
    originals.set(name, original.path);
    return { path: name, namespace: 'stub' };
  });
  build.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
    contents: STUBS[path]?.contents(originals.get(path) ?? path) ?? '',
    resolveDir: import.meta.dirname,
  }));
}

/**
 * A deferred package gets a file of its own, which V8 doesn't scan before it is loaded.
 * @type {(build: import('esbuild').PluginBuild, originals: Map<string, string>) => void}
 */
function deferPackages(build, originals) {
  build.onResolve({ filter: /^deferred:/ }, ({ path }) => ({
    path: `${path.replace('deferred:', '')}.cjs`,
    namespace: 'deferred',
  }));
  build.onLoad({ filter: /.*/, namespace: 'deferred' }, async ({ path }) => {
    const original = originals.get(path.replace('.cjs', ''));
    const contents = `module.exports = require(${JSON.stringify(original)});`;
    const { outputFiles } = await build.esbuild.build({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      minify: true,
      write: false,
      plugins: [inDeferred],
    });
    return { contents: outputFiles[0]?.contents ?? '', loader: 'copy' };
  });
}

/**
 * What one deferred package needs of another stays in that one's file.
 * @type {import('esbuild').Plugin}
 */
const inDeferred = {
  name: 'in-deferred',
  setup(build) {
    build.onResolve({ filter: /^deferred:/ }, ({ path }) => ({
      path: `./${path.replace('deferred:', '')}.cjs`,
      external: true,
    }));
    replacePackages(build, new Map());
  },
};

/**
 * The members of a module of Node's that a file imports by name; undefined where it imports the module whole.
 * @type {(importer: string, name: string) => Promise<string[] | undefined>}
 */
async function membersImported(importer, name) {
  const text = await readFile(importer, 'utf8').catch(() => '');
  const from = `from\\s*['"](?:node:)?${name}['"]`;
  if (!new RegExp(from).test(text) || new RegExp(`\\*\\s*as\\s+[\\w$]+\\s*${from}`).test(text)) return undefined;
  const lists = text.matchAll(new RegExp(`import[^{;]*\\{([^}]*)\\}\\s*${from}`, 'g'));
  const members = Array.from(lists, ([, list = '']) => list.split(',')).flat();
  const names = members.map((member) => member.trim().split(/\s+as\s+/)[0] ?? '');
  return names.filter((member) => /^[\w$]+$/.test(member) && member !== 'default');
}

/**
 * Importing a module of Node's evaluates all of its exports, which for http and crypto includes undici and WebCrypto;
 * requiring it and taking what is imported does not. Each importer has a copy, as what two chunks share becomes a third that
 * a cold start must read.
 * @type {(build: import('esbuild').PluginBuild) => void}
 */
function requireBuiltins(build) {
  build.onResolve({ filter: BUILTIN }, async ({ path, kind, importer }) => {
    const name = path.replace(NODE, '');
    if (kind !== 'import-statement') return { path: `node:${name}`, external: true };
    const pluginData = { name, members: await membersImported(importer, name) };
    return { path: `${relative('', importer)}?${name}`, namespace: 'node', pluginData };
  });
  build.onLoad({ filter: /.*/, namespace: 'node' }, ({ pluginData: { name, members } }) => {
    if (!members) return { contents: `module.exports = require('node:${name}');` };
    const exported = [...new Set(members)].map((member) => `export const ${member} = builtin.${member};`);
    return {
      contents: [`const builtin = require('node:${name}');`, ...exported, 'export default builtin;'].join('\n'),
    };
  });
}

/**
 * Leaves out of the Lambda bundle, or out of its cold start, what costs time and has no use behind an HTTP API.
 * @type {import('esbuild').Plugin}
 */
export const leanBundle = {
  name: 'lean-bundle',
  setup(build) {
    const originals = new Map();
    changeFiles(build);
    replacePackages(build, originals);
    deferPackages(build, originals);
    requireBuiltins(build);
  },
};
