import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StateFile } from '../../../app/local/cognito/state/state-file.js';
import type { Pool, State } from '../../../app/local/cognito/state/state.js';
import { writeEarlierState } from './earlier-state.js';

const USERS = 10_000;

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'many-users-'));
});
afterAll(() => rm(dir, { recursive: true }));

const onlyPool = ({ pools }: State) => [...pools.values()][0] as Pool;

test('a state of 10,000 users is loaded within a second of processor time', async () => {
  await writeEarlierState(dir);
  const path = join(dir, 'cognito.json');
  const file = await StateFile.open(path);
  const { users } = onlyPool(file.state);
  const [ada] = [...users.values()];
  for (let index = users.size; index < USERS; index += 1)
    users.set(`user-${index}`, { ...structuredClone(ada as NonNullable<typeof ada>), username: `user-${index}` });
  await file.save();

  const before = process.cpuUsage();
  const { state } = await StateFile.open(path);
  const { user, system } = process.cpuUsage(before);
  expect(onlyPool(state).users.size).toBe(USERS);
  expect((user + system) / 1000).toBeLessThan(1000);
});
