import { execFile } from 'node:child_process';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { lockDirectory } from '../../app/local/cognito/state/lock.js';
import {
  createExclusively,
  ensurePrivateDirectory,
  readIfPresent,
  writeDurably,
} from '../../app/local/durable-file.js';
import { writeProfile } from '../../app/local/profile.js';
import { startLocal } from '../../app/local/start.js';
import { declaration } from './seed/declaration.js';
import { expectRefusal } from './emulator.js';
import { fastCrypto } from './fast-crypto.js';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'local-dir-'));
});
afterAll(() => rm(home, { recursive: true }));

const newDirectory = () => mkdtemp(join(home, 'dir-'));
const log = pino({ level: 'silent' });
const start = (dir: string) =>
  startLocal({ ...declaration, dir, cognitoPort: 0, host: '127.0.0.1', env: {}, log, ...fastCrypto() });

/** What belongs to another user: `path`, which root can give away, or for anyone else the system's `systemPath`. */
async function foreign(path: string, systemPath: string): Promise<string> {
  if (process.getuid?.() !== 0) return systemPath;
  await chown(path, 65_534, 65_534);
  return path;
}

const modeOf = async (path: string) => (await lstat(path)).mode & 0o777;

describe('LOCAL_DIR', () => {
  test('is created with its parents, for its owner alone', async () => {
    const parent = join(await newDirectory(), 'a');
    await ensurePrivateDirectory(join(parent, 'b'));
    expect([await modeOf(parent), await modeOf(join(parent, 'b'))]).toStrictEqual([0o700, 0o700]);
  });

  test.each(['777', '770', '755', '701'])('is refused with mode %s, with the command that fixes it', async (mode) => {
    const dir = await newDirectory();
    await chmod(dir, Number.parseInt(mode, 8));
    await expectRefusal(start(dir), 'StartError', `(mode ${mode})`);
    await expectRefusal(start(dir), 'StartError', `chmod 700 ${dir}`);
    expect(await readdir(dir)).toStrictEqual([]);
    await chmod(dir, 0o700);
    await expect(ensurePrivateDirectory(dir)).resolves.toBeUndefined();
  });

  test.each(['', '/'])('is refused as a symbolic link, written "link%s"', async (suffix) => {
    const link = join(await newDirectory(), 'link');
    const target = await newDirectory();
    await symlink(target, link);
    await expectRefusal(start(link + suffix), 'StartError', 'is a symbolic link');
    expect(await readdir(target)).toStrictEqual([]);
  });

  test('is refused when it belongs to another user', async () => {
    const dir = await foreign(await newDirectory(), '/usr');
    const before = await readdir(dir);
    await expectRefusal(start(dir), 'StartError', 'belongs to another user (uid ');
    await expectRefusal(start(dir), 'StartError', 'Set LOCAL_DIR to a directory of your own');
    expect(await readdir(dir)).toStrictEqual(before);
  });
});

describe('a symbolic link planted in LOCAL_DIR', () => {
  /** A directory with a link at `name` to a file of ours elsewhere. */
  async function plant(name: string) {
    const [dir, other] = await Promise.all([newDirectory(), newDirectory()]);
    const victim = join(other, 'victim');
    await writeFile(victim, 'content', { mode: 0o644 });
    await symlink(victim, join(dir, name));
    return { dir, victim };
  }

  async function expectUnharmed(victim: string) {
    expect(await readFile(victim, 'utf8')).toBe('content');
    expect(await modeOf(victim)).toBe(0o644);
  }

  test.each(['profile.json', 'machines.json', 'regular.password'])(
    'at %s is replaced by a file, not written through',
    async (name) => {
      const { dir, victim } = await plant(name);
      const local = await start(dir);
      await writeProfile(dir, { apiUrl: 'http://127.0.0.1:3000', ...local });
      await local.close();
      await expectUnharmed(victim);
      expect((await lstat(join(dir, name))).isFile()).toBe(true);
      expect(await modeOf(join(dir, name))).toBe(0o600);
    },
  );

  test.each(['profile.json.tmp', 'machines.json.tmp', 'seeded.json.tmp', 'regular.password.tmp', 'cognito.json.tmp'])(
    'at %s, a name that drafts might have, is left alone',
    async (name) => {
      const { dir, victim } = await plant(name);
      const local = await start(dir);
      await writeProfile(dir, { apiUrl: 'http://127.0.0.1:3000', ...local });
      await local.close();
      await expectUnharmed(victim);
      expect((await lstat(join(dir, name))).isSymbolicLink()).toBe(true);
    },
  );

  test.each(['seeded.json', 'cognito.json'])('at %s stops the start', async (name) => {
    const { dir, victim } = await plant(name);
    await expectRefusal(start(dir), 'StartError', `Can't read ${join(dir, name)} (it is a symbolic link)`);
    await expectUnharmed(victim);
    expect((await lstat(join(dir, name))).isSymbolicLink()).toBe(true);
  });

  test('to a file that does not exist creates none', async () => {
    const dir = await newDirectory();
    const victim = join(await newDirectory(), 'victim');
    await symlink(victim, join(dir, 'regular.password'));
    await (await start(dir)).close();
    await expect(stat(victim)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await lstat(join(dir, 'regular.password'))).isFile()).toBe(true);
  });

  test('at the name of the lock is replaced, not followed', async () => {
    const dir = await newDirectory();
    const victim = join(await newDirectory(), 'victim');
    const lock = join(dir, `cognito.${process.pid}-1.lock`);
    await symlink(victim, lock);
    const unlock = await lockDirectory(dir, 1);
    expect((await lstat(lock)).isFile()).toBe(true);
    await expect(stat(victim)).rejects.toMatchObject({ code: 'ENOENT' });
    await unlock();
    expect(await readdir(dir)).toStrictEqual([]);
  });
});

describe('a file in LOCAL_DIR', () => {
  test('is not read when it is a FIFO, a directory or a device, and the start does not wait', async () => {
    const dir = await newDirectory();
    await promisify(execFile)('mkfifo', [join(dir, 'fifo')]);
    await mkdir(join(dir, 'directory'));
    for (const path of [join(dir, 'fifo'), join(dir, 'directory'), '/dev/null'])
      await expectRefusal(readIfPresent(path), 'StartError', `Can't read ${path}`);
  });

  test('is not read when it belongs to another user', async () => {
    const path = join(await newDirectory(), 'cognito.json');
    await writeFile(path, '{}');
    await expectRefusal(
      readIfPresent(await foreign(path, '/etc/passwd')),
      'StartError',
      'it belongs to another user, uid ',
    );
  });

  test('is written through a draft with a random name, which is removed after a failure', async () => {
    const dir = await newDirectory();
    const path = join(dir, 'file');
    await mkdir(path);
    await writeFile(join(path, 'content'), '');
    await expect(writeDurably(path, 'text')).rejects.toThrow(
      /^Can't write \S+ \(E[A-Z]+: .+\)\. Fix that, or set LOCAL_DIR to another directory\.$/u,
    );
    expect(await readdir(dir)).toStrictEqual(['file']);
    await writeFile(`${path}.tmp`, 'planted');
    await writeDurably(join(dir, 'other'), 'text');
    expect(await readFile(join(dir, 'other'), 'utf8')).toBe('text');
    expect(await readFile(`${path}.tmp`, 'utf8')).toBe('planted');
  });

  test('is not created where a symbolic link was planted', async () => {
    const dir = await newDirectory();
    const path = join(dir, 'new');
    await symlink(join(dir, 'victim'), path);
    await expect(createExclusively(path, 'text')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(dir)).toStrictEqual(['new']);
  });

  test('left as a draft by a killed process is removed at the next start', async () => {
    const dir = await newDirectory();
    const drafts = ['cognito.json', 'profile.json'].map((name) => `${name}.${crypto.randomUUID()}.tmp`);
    for (const draft of drafts) await writeFile(join(dir, draft), 'half');
    await (await start(dir)).close();
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toStrictEqual([]);
  });
});
