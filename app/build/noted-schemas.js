import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const APP = path.dirname(import.meta.dirname);

/** What the app calls of zod to make schemas and to check with them: `string`, `iso.datetime`, `safeParse`. */
function called() {
  const names = /** @type {string[]} */ (readdirSync(APP, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const source = names.map((name) => readFileSync(path.join(APP, name), 'utf8')).join('\n');
  const calls = [...source.matchAll(/\bz\.((?:\w+\.)?\w+)\(/g)].map(([, name = '']) => name);
  return [...new Set(calls)].filter((name) => name !== 'toJSONSchema').toSorted();
}

/** What is loaded at the first input to check: so much of zod as the app calls. */
export function calledZod() {
  const names = new Set(called().map((name) => name.split('.')[0]));
  return `export { ${[...names].join(', ')} } from 'zod/mini';`;
}

/**
 * In the place of zod: notes down the making of schemas, and has zod make them at the first input to check. Making them
 * costs a cold start more than the guard does, and most describe answers, for the OpenAPI document.
 */
export function notedSchemas() {
  return `
    const zod = () => require('deferred:zod');
    class Note {
      constructor(make) { this.make = make; }
      get schema() { return (this.made ??= this.make()); }
      check(...checks) { return new Note(() => this.schema.check(...checks.map(made))); }
    }
    function made(value) {
      if (value instanceof Note) return value.schema;
      if (Array.isArray(value)) return value.map(made);
      if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, made(inner)]));
    }
    for (const name of ${JSON.stringify(called())}) {
      const [outer, inner] = name.split('.');
      const make = () => inner ? zod()[outer][inner] : zod()[outer];
      const note = (...input) => new Note(() => make()(...input.map(made)));
      if (inner) (exports[outer] ??= {})[inner] = note;
      else exports[name] = note;
    }
    exports.safeParse = (schema, value) => zod().safeParse(schema.schema, value);`;
}
