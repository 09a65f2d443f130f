import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { relative } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Files of packages that others load at their start, and call only for options that the app doesn't use: passport-jwt's
 * verification (ours replaces it), jwks-rsa's cache, rate limit and integrations, pino's transports.
 */
const UNREACHED =
  /node_modules\/(passport-jwt\/lib\/verify_jwt|jwks-rsa\/src\/(?:integrations\/\w+|wrappers\/(?:cache|rateLimit))|pino\/lib\/transport)\.js$/;

/**
 * The clock of entries with a time to live. Merely asking Node for `performance` loads perf_hooks; the cache then takes `Date`.
 */
const CLOCK = /node_modules\/lru-cache\/dist\/esm\/node\/index\.min\.js$/;

/** @type {(build: import('esbuild').PluginBuild) => void} */
function changeFiles(build) {
  build.onLoad({ filter: CLOCK }, async ({ path }) => ({
    contents: `const performance = undefined;\n${await readFile(path, 'utf8')}`,
  }));
  build.onLoad({ filter: UNREACHED }, ({ path }) => {
    const name = UNREACHED.exec(path)?.[1];
    return {
      contents: `
        const fail = () => { throw new Error('${name} is left out of the Lambda bundle, see app/build/bundle-stubs.js'); };
        module.exports = new Proxy(fail, { get: () => fail });`,
    };
  });
}

/**
 * @typedef {object} Replacement
 * @property {readonly string[]} importers the packages that get it; all others, and the app, get the original
 * @property {(original: string) => string} contents of a CommonJS module; `original` is the package's own file
 */

/**
 * What packages reach at their start, by the name that they import. Each does the same for what the app uses.
 * @type {Record<string, Replacement>}
 */
const REPLACED = {
  // Prints where DEBUG is set in a terminal.
  debug: {
    importers: ['body-parser', 'express', 'finalhandler', 'jwks-rsa', 'router', 'send'],
    contents: () => `module.exports = () => Object.assign(() => {}, { enabled: false });`,
  },

  // Half a megabyte of encodings; the app reads UTF-8 alone.
  'iconv-lite': {
    importers: ['body-parser', 'raw-body'],
    contents: () => `
      const decoder = () => new TextDecoder();
      exports.encodingExists = (name) => /^utf-?8$/i.test(name);
      exports.decode = (bytes) => decoder().decode(bytes);
      exports.getDecoder = () => {
        const stream = decoder();
        return { write: (bytes) => stream.decode(bytes, { stream: true }), end: () => stream.decode() };
      };`,
  },

  // Makes keys of JWKs by WebCrypto; the guard needs Node's KeyObject.
  jose: {
    importers: ['jwks-rsa'],
    contents: () => `
      const { createPublicKey } = require('node:crypto');
      exports.importJWK = async (key) => createPublicKey({ key, format: 'jwk' });`,
  },

  // Fills tables of a thousand media types, of which a JSON API uses two.
  'mime-types': {
    importers: ['accepts', 'express', 'send', 'type-is'],
    contents: (original) => {
      const known = ['application/json', 'application/problem+json'];
      return `
        const known = ${JSON.stringify(Object.fromEntries(known.map((type) => [type, require(original).contentType(type)])))};
        const all = () => require('deferred:mime-types');
        exports.contentType = (type) => known[type] ?? (/\\/.*charset/.test(type) ? type : all().contentType(type));
        for (const name of ['charset', 'extension', 'lookup']) exports[name] = (input) => all()[name](input);`;
    },
  },

  // For urlencoded bodies and extended queries, loaded with the first of them.
  qs: {
    importers: ['body-parser', 'express'],
    contents: () => `
      const qs = () => require('deferred:qs');
      exports.parse = (...input) => qs().parse(...input);
      exports.stringify = (...input) => qs().stringify(...input);`,
  },

  // Asserts one thing when it closes; loading it opens stderr.
  assert: {
    importers: ['sonic-boom'],
    contents: () => `module.exports = (...input) => require('node:assert')(...input);`,
  },

  // For a compressed body, loaded with the first of them.
  zlib: {
    importers: ['body-parser'],
    contents: () => `
      for (const name of ['createBrotliDecompress', 'createGunzip', 'createInflate'])
        exports[name] = (...input) => require('node:zlib')[name](...input);`,
  },

  // Asks for the host's name before it knows that the app's lines don't hold it.
  os: { importers: ['pino'], contents: () => `exports.hostname = () => undefined;` },

  // Asks whether a function runs in the main thread: it does.
  worker_threads: { importers: ['pino'], contents: () => `exports.isMainThread = true;` },
};

const ORIGINAL = Symbol('original');
const NODE = /^node:/;
/** The package that a file of `node_modules` belongs to. */
const PACKAGE = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const BUILTIN = new RegExp(`^(?:node:)?(${builtinModules.join('|')})$`);

/** @type {(build: import('esbuild').PluginBuild, originals: Map<string, string>) => void} */
function replacePackages(build, originals) {
  const filter = new RegExp(`^(?:node:)?(?:${Object.keys(REPLACED).join('|')})$`);
  build.onResolve({ filter }, async ({ path, pluginData, importer, kind, resolveDir }) => {
    const name = path.replace(NODE, '');
    const [, owner = ''] = PACKAGE.exec(importer) ?? [];
    if (pluginData === ORIGINAL || !REPLACED[name]?.importers.includes(owner)) return undefined;
    const original = await build.resolve(path, { importer, kind, resolveDir, pluginData: ORIGINAL });
    originals.set(name, original.path);
    return { path: name, namespace: 'stub' };
  });
  build.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
    contents: REPLACED[path]?.contents(originals.get(path) ?? path) ?? '',
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
    changeFiles(build);
    replacePackages(build, originals);
    deferPackages(build, originals);
    requireBuiltins(build);
  },
};
