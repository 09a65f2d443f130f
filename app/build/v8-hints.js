import { decode, encode } from '@jridgewell/sourcemap-codec';
import { getLineInfo, parse } from 'acorn';
import { ancestor } from 'acorn-walk';

/**
 * Text that is put into code, at an offset in UTF-16 units.
 * @typedef {{ offset: number, text: string }} Insertion
 */

/** @type {(node: import('acorn').Node) => boolean} */
const isFunction = ({ type }) => /^(?:Arrow)?Function/.test(type);

/**
 * Whether it is what esbuild makes of CommonJS modules, `__commonJS({ "NAME"(exports, module) { … } })`.
 * @type {(node: import('acorn').Node | undefined) => boolean}
 */
const isModuleWrapper = (node) => {
  const { type, callee } = /** @type {Partial<import('acorn').CallExpression>} */ (node ?? {});
  return type === 'CallExpression' && callee?.type === 'Identifier' && callee.name === '__commonJS';
};

/**
 * In the order of the code.
 * @type {(code: string) => Insertion[]}
 */
function insertionsFor(code) {
  /** @type {Insertion[]} */
  const insertions = [];
  const wrap = (/** @type {string} */ before, /** @type {number} */ start, /** @type {number} */ end) =>
    insertions.push({ offset: start, text: before }, { offset: end, text: ')' });
  ancestor(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
    Property({ method, key, end }, _state, ancestors) {
      const [call] = ancestors.slice(-3);
      if (method && isModuleWrapper(call)) wrap(':(function', key.end, end);
    },
    AssignmentExpression({ left, right }, _state, ancestors) {
      const depth = ancestors.filter(isFunction).length - (ancestors.some(isModuleWrapper) ? 1 : 0);
      if (left.type === 'MemberExpression' && isFunction(right) && depth > 0) wrap('(0,', right.start, right.end);
    },
  });
  return insertions.toSorted((one, other) => one.offset - other.offset);
}

/** @type {(code: string, insertions: readonly Insertion[]) => string} */
function insert(code, insertions) {
  const starts = [0, ...insertions.map(({ offset }) => offset)];
  return starts.map((start, at) => (insertions[at - 1]?.text ?? '') + code.slice(start, starts[at + 1])).join('');
}

/** @type {(json: string, code: string, insertions: readonly Insertion[]) => string} */
function shiftMap(json, code, insertions) {
  const placed = insertions.map(({ offset, text }) => ({ ...getLineInfo(code, offset), text }));
  /** @type {{ mappings: string }} */
  const map = JSON.parse(json);
  const lines = decode(map.mappings).map((segments, at) => {
    const inserted = placed.filter(({ line }) => line === at + 1);
    let next = 0;
    let added = 0;
    return segments.map(([column, ...rest]) => {
      for (; (inserted[next]?.column ?? Infinity) <= column; next += 1) added += inserted[next]?.text.length ?? 0;
      return [column + added, ...rest];
    });
  });
  return JSON.stringify({ ...map, mappings: encode(/** @type {never} */ (lines)) });
}

/**
 * Two hints for V8, which change nothing that the code does.
 *
 * - A package's module is compiled with the bundle. V8 takes a function in parentheses for one that is called at once; any
 *   other it scans first and compiles when it is called, and these are all called while the bundle loads.
 *   https://v8.dev/blog/preparser#pife
 * - A function that is assigned to a property while another function runs, such as `response.destroy = () => …` for each
 *   request, is allocated where all objects begin. V8 puts a function literal that it sees in an assignment to a property
 *   among the long-lived objects (`set_pretenure` in its parser), where it stays after the request, and everything that it
 *   can reach with it, until the next full collection. Behind a comma it isn't seen.
 * @type {import('esbuild').Plugin}
 */
export const v8Hints = {
  name: 'v8-hints',
  setup(build) {
    build.onEnd(({ outputFiles = [] }) => {
      for (const file of outputFiles.filter(({ path }) => path.endsWith('.mjs'))) {
        const insertions = insertionsFor(file.text);
        const map = outputFiles.find(({ path }) => path === `${file.path}.map`);
        if (map) map.contents = Buffer.from(shiftMap(map.text, file.text, insertions));
        file.contents = Buffer.from(insert(file.text, insertions));
      }
    });
  },
};
