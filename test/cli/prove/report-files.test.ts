import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { writeReportFiles } from '../../../app/cli/prove/report/report-files.js';
import { readSigningKey } from '../../../app/cli/prove/report/signature.js';
import { report } from './sample-report.js';

const scratch = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const runtime = { platform: process.platform, uid: process.getuid?.() };
let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(scratch, 'run-')), 'report');
});

test('the report is written to a directory that is made for it, readable to its owner alone', async () => {
  const paths = await writeReportFiles(report(), directory);
  expect(paths.map((path) => basename(path))).toEqual(['access.json', 'access.html', 'access.md']);
  expect(readdirSync(directory).toSorted()).toEqual(paths.map((path) => basename(path)).toSorted());
  expect(JSON.parse(readFileSync(join(directory, 'access.json'), 'utf8'))).toEqual(report());
  expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual(paths.map(() => 0o600));
});

test('a directory that is a file is refused', async () => {
  writeFileSync(directory, '');
  await expect(writeReportFiles(report(), directory)).rejects.toMatchObject({ code: 'state_unwritable' });
});

describe('a signature', () => {
  /** Runs the line of the README that begins so, in a folder of its own; returns what they print. */
  const runLine = (start: string) => {
    const line = readFileSync('app/cli/README.md', 'utf8')
      .split('\n')
      .find((text) => text.startsWith(start));
    return spawnSync(line ?? 'false', { cwd: scratch, shell: true, encoding: 'utf8' }).stdout.trim();
  };
  const verify = () => runLine('openssl pkeyutl -verify');
  const key = join(scratch, 'report.pem');
  const out = join(scratch, 'access');
  const keyFile = (pem: string, mode = 0o600) => {
    const path = join(mkdtempSync(join(scratch, 'key-')), 'key.pem');
    writeFileSync(path, pem, { mode });
    return path;
  };

  beforeAll(() => {
    runLine('(umask 077; openssl genpkey');
    runLine('openssl pkey -in report.pem -pubout');
  });

  test('is made and verified as the README says, and fails when a character of the report changes', async () => {
    await writeReportFiles(report(), out, { signingKey: readSigningKey(key, runtime) });
    expect(verify()).toBe('Signature Verified Successfully');
    const path = join(out, 'access.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('401', '403'));
    expect(verify()).toBe('Signature Verification Failure');
  });

  test('of an older report does not stay beside a report without one', async () => {
    await writeReportFiles(report(), out, { signingKey: readSigningKey(key, runtime) });
    await writeReportFiles(report(), out);
    expect(existsSync(join(out, 'access.json.sig'))).toBe(false);
  });

  test.each([
    ['that does not exist', () => '/does/not/exist.pem', 'key_missing'],
    ['that others can read', () => keyFile(readFileSync(key, 'utf8'), 0o640), 'state_exposed'],
    ['that is public', () => keyFile(readFileSync(join(scratch, 'report.pub'), 'utf8')), 'key_invalid'],
    ['that is no PEM', () => keyFile('secret'), 'key_invalid'],
    [
      'of another kind',
      () =>
        keyFile(
          generateKeyPairSync('ec', {
            namedCurve: 'P-256',
            privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
            publicKeyEncoding: { type: 'spki', format: 'pem' },
          }).privateKey,
        ),
      'key_invalid',
    ],
  ])('is not made with a key %s', (_which, file, code) => {
    expect(() => readSigningKey(file(), runtime)).toThrow(expect.objectContaining({ code }));
  });
});
