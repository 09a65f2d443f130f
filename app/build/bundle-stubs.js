import { builtinModules, createRequire } from 'node:module';
import { relative } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Packages that others load at their start, and call only for options that the app doesn't use: passport-jwt's
 * verification (ours replaces it), jwks-rsa's cache and rate limit, pino's transports.
 */
const UNREACHED = ['jsonwebtoken', 'lru-memoizer', 'limiter', 'thread-stream'];

/** @type {(name: string) => string} */
const unreached = (name) => `
  const fail = () => { throw new Error('${name} is left out of the Lambda bundle, see app/build/bundle-stubs.js'); };
  module.exports = new Proxy(fail, { get: () => fail });`;

/**
 * Replacements of packages; `original` is the package's own file.
 * @type {Record<string, (original: string) => string>}
 */
const REPLACED = {
  ...Object.fromEntries(UNREACHED.map((name) => [name, () => unreached(name)])),

  // Prints where DEBUG is set in a terminal.
  debug: () => `module.exports = () => Object.assign(() => {}, { enabled: false });`,

  // Half a megabyte of encodings for body-parser; the app reads UTF-8 alone.
  'iconv-lite': () => `
    const decoder = () => new TextDecoder();
    exports.encodingExists = (name) => /^utf-?8$/i.test(name);
    exports.decode = (bytes) => decoder().decode(bytes);
    exports.getDecoder = () => {
      const stream = decoder();
      return { write: (bytes) => stream.decode(bytes, { stream: true }), end: () => stream.decode() };
    };`,

  // Makes keys of JWKs for jwks-rsa, by WebCrypto; the guard needs Node's KeyObject.
  jose: () => `
    const { createPublicKey } = require('node:crypto');
    exports.importJWK = async (key) => createPublicKey({ key, format: 'jwk' });`,

  // Fills tables of a thousand media types, of which a JSON API uses two.
  'mime-types': (original) => {
    const known = ['application/json', 'application/problem+json'];
    return `
      const known = ${JSON.stringify(Object.fromEntries(known.map((type) => [type, require(original).contentType(type)])))};
      const all = () => require('deferred:mime-types');
      exports.contentType = (type) => known[type] ?? (/\\/.*charset/.test(type) ? type : all().contentType(type));
      for (const name of ['charset', 'extension', 'lookup']) exports[name] = (input) => all()[name](input);`;
  },

  // For urlencoded bodies and extended queries, loaded with the first of them.
  qs: () => `
    const qs = () => require('deferred:qs');
    exports.parse = (...input) => qs().parse(...input);
    exports.stringify = (...input) => qs().stringify(...input);`,

  // For sonic-boom, which asserts one thing when it closes; loading it opens stderr.
  assert: () => `module.exports = (...input) => require('node:assert')(...input);`,

  // For pino, which needs to know one thing: a function runs in the main thread.
  worker_threads: () => `exports.isMainThread = true;`,
};

const ORIGINAL = Symbol('original');
const BUILTIN = new RegExp(`^(?:node:)?(${builtinModules.join('|')})$`);

/** @type {(build: import('esbuild').PluginBuild, originals: Map<string, string>) => void} */
function replacePackages(build, originals) {
  const filter = new RegExp(`^(?:${Object.keys(REPLACED).join('|')})$`);
  build.onResolve({ filter }, async ({ path, pluginData, importer, kind, resolveDir }) => {
    if (pluginData === ORIGINAL) return undefined;
    const original = await build.resolve(path, { importer, kind, resolveDir, pluginData: ORIGINAL });
    originals.set(path, original.path);
    return { path, namespace: 'stub' };
  });
  build.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
    contents: REPLACED[path]?.(originals.get(path) ?? path) ?? '',
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
    });
    return { contents: outputFiles[0]?.contents ?? '', loader: 'copy' };
  });
}

/**
 * Importing a module of Node's evaluates all of its exports, which for http and crypto includes undici and WebCrypto;
 * requiring it does not. Each importer has a copy, as what two chunks share becomes a third that a cold start must read.
 * @type {(build: import('esbuild').PluginBuild) => void}
 */
function requireBuiltins(build) {
  build.onResolve({ filter: BUILTIN }, ({ path, kind, importer }) => {
    const name = path.replace(/^node:/, '');
    return kind === 'import-statement'
      ? { path: `${relative('', importer)}?${name}`, namespace: 'node', pluginData: name }
      : { path: `node:${name}`, external: true };
  });
  build.onLoad({ filter: /.*/, namespace: 'node' }, ({ pluginData }) => ({
    contents: `module.exports = require('node:${pluginData}');`,
  }));
}

/**
 * Leaves out of the Lambda bundle, or out of its cold start, what costs time and has no use behind an HTTP API.
 * @type {import('esbuild').Plugin}
 */
export const bundleStubs = {
  name: 'bundle-stubs',
  setup(build) {
    const originals = new Map();
    replacePackages(build, originals);
    deferPackages(build, originals);
    requireBuiltins(build);
  },
};
