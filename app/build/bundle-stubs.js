import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * What a bundle for Lambda has in the place of packages' own modules, since they cost a cold start time. The milliseconds
 * of each are in test/bench/README.md.
 */

/**
 * Unreachable: files that others load at their start, and call only for options that the app doesn't set. Called after all,
 * they throw. passport-jwt's verification (ours replaces it) and extractors, jwks-rsa's cache, rate limit and integrations,
 * pino's transports, multistream and redaction, the adapter's sources of other events than an HTTP API's.
 */
export const UNREACHABLE = new RegExp(
  `node_modules/(${[
    'passport-jwt/lib/(?:verify_jwt|extract_jwt)',
    'jwks-rsa/src/(?:integrations/\\w+|wrappers/(?:cache|rateLimit))',
    'pino/lib/(?:transport|multistream|redaction)',
    '@codegenie/serverless-express/src/event-sources/(?:azure/[^.]+|aws/(?:[b-z][^.]+|alb|api-gateway-v1))',
  ].join('|')})\\.js$`,
);

/**
 * Deferred: packages that Express loads at its start, and that the app calls for few requests or none. With the first call
 * the very same package is loaded, from a file of its own that V8 doesn't scan before.
 */
export const DEFERRED = [
  'accepts',
  'content-disposition',
  'cookie',
  'cookie-signature',
  'qs',
  'range-parser',
  'send',
  'serve-static',
];

/**
 * @typedef {object} Replacement
 * @property {readonly string[]} importers the packages that get it; all others, and the app, get the original
 * @property {(original: string) => string} contents of a CommonJS module; `original` is the package's own file
 */

/**
 * Reached at each start, so replaced by what does the same for the app. Answers are the same with them and without:
 * test/lambda/handlers.test.ts and parity.test.ts.
 * @type {Record<string, Replacement>}
 */
export const REPLACED = {
  // Prints where DEBUG is set in a terminal.
  debug: {
    importers: ['body-parser', 'express', 'finalhandler', 'jwks-rsa', 'router', 'send'],
    contents: () => `module.exports = () => Object.assign(() => {}, { enabled: false });`,
  },

  // Looks up who called it, in a stack that V8 has to write for that.
  depd: {
    importers: ['express', 'router', 'http-errors'],
    contents: () => `
      module.exports = (name) => {
        let deprecate;
        return (...input) => (deprecate ??= require('deferred:depd')(name))(...input);
      };`,
  },

  // Makes a class of each status; its importers call it for errors alone, and name none of the classes.
  'http-errors': {
    importers: ['body-parser', 'express', 'raw-body'],
    contents: () => `module.exports = (...input) => require('deferred:http-errors')(...input);`,
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

  // Compiles a pattern of Unicode's letters. What is mounted at the root matches without a pattern of its own.
  'path-to-regexp': {
    importers: ['router'],
    contents: () => `
      const all = () => require('deferred:path-to-regexp');
      exports.match = (path, options) => {
        if (path !== '/') return all().match(path, options);
        let match;
        return (input) => (match ??= all().match(path, options))(input);
      };`,
  },

  // Reads addresses of proxies; the app trusts none.
  'proxy-addr': {
    importers: ['express'],
    contents: () => `
      const all = () => require('deferred:proxy-addr');
      module.exports = (...input) => all()(...input);
      module.exports.all = (...input) => all().all(...input);
      module.exports.compile = (trusted) => (trusted.length === 0 ? () => false : all().compile(trusted));`,
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

  // The app's own fetch of keys takes its place.
  https: {
    importers: ['jwks-rsa'],
    contents: () => `exports.request = (...input) => require('node:https').request(...input);`,
  },

  // Asks for the host's name before it knows that the app's lines don't hold it.
  os: { importers: ['pino'], contents: () => `exports.hostname = () => undefined;` },

  // Asks whether a function runs in the main thread: it does.
  worker_threads: { importers: ['pino'], contents: () => `exports.isMainThread = true;` },
};
