import { decode, encode } from '@jridgewell/sourcemap-codec';
import { parse } from 'acorn';

/**
 * A change of one line: text put in at a column, both counted from 0.
 * @typedef {{ line: number, column: number, text: string }} Insertion
 */

/**
 * Where esbuild's wrappers of CommonJS modules, `__commonJS({ "NAME"(exports, module) { … } })`, need parentheses.
 * @type {(code: string) => Insertion[]}
 */
function insertionsFor(code) {
  return parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true })
    .body.flatMap((statement) => (statement.type === 'VariableDeclaration' ? statement.declarations : []))
    .flatMap(({ init }) => {
      const isWrapper =
        init?.type === 'CallExpression' && init.callee.type === 'Identifier' && init.callee.name === '__commonJS';
      const [modules] = isWrapper ? init.arguments : [];
      return modules?.type === 'ObjectExpression' ? modules.properties : [];
    })
    .flatMap((property) => {
      if (property.type !== 'Property' || !property.method) return [];
      return [insertionAfter(property.key, ':(function'), insertionAfter(property, ')')];
    });
}

/** @type {(node: import('acorn').Node, text: string) => Insertion} */
function insertionAfter({ loc }, text) {
  const { line = 0, column = 0 } = loc?.end ?? {};
  return { line: line - 1, column, text };
}

/** @type {(code: string, insertions: readonly Insertion[]) => string} */
function insert(code, insertions) {
  const lines = code.split('\n');
  for (const { line, column, text } of insertions.toReversed()) {
    const old = lines[line] ?? '';
    lines[line] = old.slice(0, column) + text + old.slice(column);
  }
  return lines.join('\n');
}

/** @type {(json: string, insertions: readonly Insertion[]) => string} */
function shiftMap(json, insertions) {
  /** @type {{ mappings: string }} */
  const map = JSON.parse(json);
  const lines = decode(map.mappings).map((segments, line) => {
    const before = insertions.filter((insertion) => insertion.line === line);
    return segments.map(([column, ...rest]) => {
      const added = before.filter((insertion) => insertion.column <= column);
      return [column + added.reduce((sum, { text }) => sum + text.length, 0), ...rest];
    });
  });
  return JSON.stringify({ ...map, mappings: encode(/** @type {never} */ (lines)) });
}

/**
 * Has V8 compile a package's module with the bundle. It takes a function in parentheses for one that is called at once;
 * any other it scans first and compiles when it is called, and these are all called while the bundle loads.
 * https://v8.dev/blog/preparser#pife
 * @type {import('esbuild').Plugin}
 */
export const eagerModules = {
  name: 'eager-modules',
  setup(build) {
    build.onEnd(({ outputFiles = [] }) => {
      for (const file of outputFiles.filter(
        ({ path, text }) => path.endsWith('.mjs') && text.includes('__commonJS({'),
      )) {
        const insertions = insertionsFor(file.text);
        const map = outputFiles.find(({ path }) => path === `${file.path}.map`);
        if (map) map.contents = Buffer.from(shiftMap(map.text, insertions));
        file.contents = Buffer.from(insert(file.text, insertions));
      }
    });
  },
};
