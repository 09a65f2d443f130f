import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { chef, declaration, regular } from './declaration.js';
import { expectRefusal } from '../emulator.js';
import { newDirectory, removeDirectories } from '../local-directory.js';

afterAll(removeDirectories);

describe('seeded.json', () => {
  test.each(['', '{', 'null', '[]', '{"customers":{}}', '{"version":3,"pools":{}}', '{"version":2}'])(
    'stops the start when it is damaged, says what to do, and is left as it is: %s',
    async (damaged) => {
      const directory = await newDirectory();
      const path = join(directory.path, 'seeded.json');
      await writeFile(path, damaged);
      await expectRefusal(directory.run(declaration), 'StartError', `${path} is damaged`);
      await expectRefusal(directory.run(declaration), 'StartError', 'move it away');
      expect(await readFile(path, 'utf8')).toBe(damaged);
    },
  );
});

describe('a local user that contradicts the pools stops the start, by name', () => {
  const cases: Record<string, [user: object, message: string]> = {
    'of a pool that is not declared': [
      { pool: 'couriers' },
      'The local user chef is of pool couriers, which is not declared. Declared: customers, staff.',
    ],
    'of a pool named like a member of every object': [{ pool: 'constructor' }, 'which is not declared'],
    'in a group that is not declared': [
      { groups: ['waiters'] },
      'The local user chef is in group waiters, which pool staff does not declare. Declared: chefs.',
    ],
    'in a group of another pool': [{ pool: 'customers' }, 'which pool customers does not declare. Declared: none.'],
    'with a name that is a path': [
      { username: '../../chef' },
      'The local user ../../chef needs a name without slashes',
    ],
    'with a hidden file for a name': [{ username: '.chef' }, 'without a dot at its start'],
    'with a weak password': [
      { password: 'weak' },
      "The local user chef of pool staff can't be created: Password did not",
    ],
    'with an attribute that no pool has': [
      { attributes: { 'custom:shoe_size': '44' } },
      "The local user chef of pool staff can't be created: Attributes did not conform to the schema",
    ],
  };

  test.each(Object.keys(cases))('%s', async (name) => {
    const [change, message] = cases[name] ?? [];
    const directory = await newDirectory();
    const users = [regular, { ...chef, ...change }];
    await expectRefusal(directory.run({ ...declaration, users }), 'StartError', message);
  });

  test('with two passwords for one file', async () => {
    const users = [regular, { ...regular, pool: 'staff', password: 'An0ther-one' }];
    await expectRefusal((await newDirectory()).run({ ...declaration, users }), 'StartError', 'two passwords');
  });
});
