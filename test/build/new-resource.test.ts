import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';

const scratch = mkdtempSync(join(tmpdir(), 'new-resource-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const FILES = {
  'app/api/access.ts': `export const pools = { staff: { scopes: { 'boxes.write': 'Add boxes.' } } };\n`,
  'app/api/routes.ts': `import * as boxes from './boxes/handlers.js';
import * as shelves from './shelves/handlers.js';

export const routes = [
  route({
    path: '/boxes',
    allow: [staff.scope('boxes.write')],
    handle: boxes.addBox,
  }),
  route({
    path: '/shelves',
    summary: 'Shelves for boxes',
    handle: shelves.listShelves,
  }),
  route({
    path: '/boxes/{id}',
    handle: boxes.getBox,
  }),
];
`,
  'app/api/services.ts': `export const createServices = (table) => ({
  boxes: createBoxStore(table),
  shelves: createShelfStore(table),
});
`,
  'app/api/settings.ts': `export const settings = {
  MAX_BOXES: integer({
    description: 'how many boxes there may be',
    default: 50,
  }),
  MAX_LABELS: integer({ description: 'how many labels boxes may have', default: 5 }),
  BOXES_PER_SHELF: integer({ description: 'how many a shelf takes', default: 5 }),
};
`,
  'app/api/table.ts': `export const table = { indexes: [...boxIndexes] };\n`,
  'app/api/boxes/handlers.ts': `export const addBox = ({ settings }) => settings.MAX_BOXES + settings.MAX_LABELS;\n`,
  'test/api/boxes/boxes.test.ts': `const writer = asMachine(staff, 'boxes.write'); // adds a box\n`,
  'README.md': `| variable | meaning |
| --- | --- |
| \`MAX_BOXES\` | how many boxes there may be |
| \`MAX_LABELS\` | how many labels boxes may have |
| \`BOXES_PER_SHELF\` | how many a shelf takes |
`,
};

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(scratch, 'project-'));
  cpSync('.prettierrc.json', join(project, '.prettierrc.json'));
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
});

const read = (file: string) => readFileSync(join(project, file), 'utf8');

/** What `npm run new -- resource …` says on stderr, nothing where it succeeds. */
async function copyResource(...words: string[]) {
  const command = [resolve('app/build/new-resource.js'), 'resource', '--from', 'boxes', ...words];
  const { stderr } = await promisify(execFile)(process.execPath, command, { cwd: project }).catch(
    (error: { stderr: string }) => error,
  );
  return stderr;
}

describe('a resource copied under another name', () => {
  test('has its routes together after those that they repeat, and scopes that are declared', async () => {
    expect(await copyResource('crates')).toBe('');
    expect(read('app/api/routes.ts')).toBe(`import * as boxes from './boxes/handlers.js';
import * as crates from './crates/handlers.js';
import * as shelves from './shelves/handlers.js';

export const routes = [
  route({
    path: '/boxes',
    allow: [staff.scope('boxes.write')],
    handle: boxes.addBox,
  }),
  route({
    path: '/shelves',
    summary: 'Shelves for boxes',
    handle: shelves.listShelves,
  }),
  route({
    path: '/boxes/{id}',
    handle: boxes.getBox,
  }),
  route({
    path: '/crates',
    allow: [staff.scope('boxes.write')],
    handle: crates.addCrate,
  }),
  route({
    path: '/crates/{id}',
    handle: crates.getCrate,
  }),
];
`);
    expect(read('test/api/crates/crates.test.ts')).toBe(
      `const writer = asMachine(staff, 'boxes.write'); // adds a crate\n`,
    );
    expect(read('app/api/services.ts')).toContain(
      '  boxes: createBoxStore(table),\n  crates: createCrateStore(table),\n',
    );
    expect(read('app/api/table.ts')).toContain('[...boxIndexes, ...crateIndexes]');
  });

  test('has a setting of its own for each that is named after the original, if it uses it', async () => {
    expect(await copyResource('crates')).toBe('');
    const declared = Array.from(read('app/api/settings.ts').matchAll(/^ {2}(\w+): /gm), ([, name]) => name);
    expect(declared).toEqual(['MAX_BOXES', 'MAX_CRATES', 'MAX_LABELS', 'BOXES_PER_SHELF']);
    const rows = Array.from(read('README.md').matchAll(/^\| `(\w+)`/gm), ([, name]) => name);
    expect(rows).toEqual(declared);
    expect(read('app/api/crates/handlers.ts')).toContain('settings.MAX_CRATES + settings.MAX_LABELS');
  });

  test.each([
    ['dishes', 'addDish', 'a dish'],
    ['entries', 'addEntry', 'an entry'],
    ['houses', 'addHouse', 'a house'],
    ['glasses', 'addGlass', 'a glass'],
  ])('has the singular of %s in its names', async (name, handler, comment) => {
    expect(await copyResource(name)).toBe('');
    expect(read(`app/api/${name}/handlers.ts`)).toContain(`export const ${handler} = `);
    expect(read(`test/api/${name}/${name}.test.ts`)).toContain(`// adds ${comment}\n`);
  });

  test('takes the singular of an irregular plural, and asks for one that is missing', async () => {
    expect(await copyResource('people')).toBe(
      'Resources have a plural and a singular: name the one of people with --singular WORD.\n',
    );
    expect(await copyResource('people', '--singular', 'person')).toBe('');
    expect(read('app/api/people/handlers.ts')).toContain('export const addPerson = ');
  });

  test.each(['settings', 'notes'])(
    'is not named %s where the original has that word for something else',
    async (name) => {
      writeFileSync(
        join(project, 'app/api/boxes/store.ts'),
        "// Lists notes.\nexport const place = ({ note }) => note ?? 'crates';\n",
      );
      expect(await copyResource(name)).toBe(
        `app/api/boxes uses the word ${name} or ${name.slice(0, -1)} for something else: choose another name.\n`,
      );
      expect(await copyResource('crates')).toBe('');
    },
  );

  test('is not made of a folder that is no resource, such as that of the triggers', async () => {
    mkdirSync(join(project, 'app/api/triggers'));
    expect(await copyResource('crates', '--from', 'triggers')).toContain(
      'There is no app/api/triggers/handlers.ts to copy',
    );
    expect(existsSync(join(project, 'app/api/crates'))).toBe(false);
  });

  test('is written whole or not at all', async () => {
    writeFileSync(join(project, 'app/api/services.ts'), 'export const createServices = ({\n');
    expect(await copyResource('crates')).toMatch(
      /^The copy does not parse, and nothing was written: app\/api\/services\.ts: /,
    );
    expect(readdirSync(join(project, 'app/api'))).not.toContain('crates');
    for (const file of ['app/api/routes.ts', 'README.md'] as const) expect(read(file)).toBe(FILES[file]);
  });
});
