import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { encode } from '@jridgewell/sourcemap-codec';
import { createSerializers } from '../../../app/platform/lambda/source-stack.js';

const directory = mkdtempSync(path.join(tmpdir(), 'source-stack-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The bundle's lines 1 to 11 have no source; in line 12 what begins at column 10 is from line 34, column 5 of `a.ts`, and what begins at 20 from nowhere. */
const MAP = JSON.stringify({
  version: 3,
  sources: ['../../app/a.ts', 'plain/../b.ts'],
  names: [],
  mappings: encode([...Array.from({ length: 11 }, () => []), [[0], [9, 0, 33, 4], [19], [29, 1, 0, 0]]]),
});

const urlOf = (name: string) => pathToFileURL(path.join(directory, name)).href;
beforeAll(() => {
  writeFileSync(path.join(directory, 'index.mjs.map'), MAP);
  writeFileSync(path.join(directory, 'broken.mjs.map'), 'no JSON');
});

let serialize: (error: Error) => { stack: string };
beforeEach(() => {
  serialize = createSerializers().error;
});
const mapped = (stack: string) => serialize({ name: 'Error', message: 'x', stack }).stack;

test.each([
  ['a call', `at f (${urlOf('index.mjs')}:12:10)`, 'at f (app/a.ts:34:5)'],
  ['a call without a name', `at ${urlOf('index.mjs')}:12:10`, 'at app/a.ts:34:5'],
  ['a call in the middle of its line', `at f (${urlOf('index.mjs')}:12:13)`, 'at f (app/a.ts:34:5)'],
  ['a source beside the bundle', `at f (${urlOf('index.mjs')}:12:30)`, 'at f (plain/../b.ts:1:1)'],
])('%s is in the source', (_what, line, source) => {
  expect(mapped(`Error: x\n    ${line}\n    ${line}`)).toBe(`Error: x\n    ${source}\n    ${source}`);
});

test.each([
  ['in a line without a source', `${urlOf('index.mjs')}:3:10`],
  ['between sources', `${urlOf('index.mjs')}:12:20`],
  ['in a bundle without a map', `${urlOf('other.mjs')}:12:10`],
  ['in a bundle whose map is broken', `${urlOf('broken.mjs')}:12:10`],
  ['of Node', 'node:internal/process/task_queues:95:5'],
  ['of another kind of file', `${urlOf('index.js')}:12:10`],
])('a place %s stays as it is', (_what, place) => {
  expect(mapped(`Error: x\n    at f (${place})`)).toBe(`Error: x\n    at f (${place})`);
});

test('a map is read once', () => {
  const file = path.join(directory, 'once.mjs.map');
  writeFileSync(file, MAP);
  const stack = `at f (${urlOf('once.mjs')}:12:10)`;
  const first = mapped(stack);
  rmSync(file);
  expect([first, mapped(stack)]).toEqual(['at f (app/a.ts:34:5)', 'at f (app/a.ts:34:5)']);
});

test('what else an error has is kept, and a stack that is missing is empty', () => {
  expect(serialize({ name: 'Error', message: 'x' })).toEqual({ name: 'Error', message: 'x', stack: '' });
});
