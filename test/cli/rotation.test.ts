import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Profile, ProfilePool } from '../../app/platform/contract/profile.js';
import { secretHash } from '../../app/cli/session/secret-hash.js';
import { PASSWORD, startEmulator, type Emulator } from '../local/emulator.js';
import { newEmulatorPool } from './emulator-pool.js';
import { expireTokens } from './stored-sessions.js';
import { BIN, type Person } from './environment.js';

let emulator: Emulator;
let person: Person;

const profilePath = () => join(emulator.dir, 'local', 'profile.json');
const readProfile = async () => JSON.parse(await readFile(profilePath(), 'utf8')) as Profile;
const poolNow = async () => (await readProfile()).pools['customers'] as ProfilePool & { clientSecret: string };

beforeEach(async () => {
  emulator = await startEmulator();
  const { userPoolId: UserPoolId, ...created } = await newEmulatorPool(emulator);
  person = created;
  const user = { UserPoolId, Username: 'regular' };
  await emulator.sdk.adminCreateUser({ ...user, MessageAction: 'SUPPRESS' });
  await emulator.sdk.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true });
});
afterEach(() => emulator.stop());

/** Signs in as an app that reads the profile does, and returns the secret that it used. */
async function signIn(secret?: string) {
  const { clientId, clientSecret } = await poolNow();
  const SECRET_HASH = secretHash(secret ?? clientSecret, 'regular', clientId);
  const AuthParameters = { USERNAME: 'regular', PASSWORD, SECRET_HASH };
  await emulator.sdk.initiateAuth({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId: clientId, AuthParameters });
  return secret ?? clientSecret;
}

async function countSecrets() {
  const { userPoolId: UserPoolId, clientId: ClientId } = await poolNow();
  return (await emulator.sdk.listUserPoolClientSecrets({ UserPoolId, ClientId })).ClientSecrets?.length;
}

/** Starts a rotation and interrupts it while both secrets work. */
async function interruptRotation() {
  const env = { PATH: process.env['PATH'], ...person.env };
  const child = spawn(process.execPath, [BIN, 'secret', 'rotate', '--grace', '1h'], { cwd: person.home, env });
  const ended = once(child, 'exit');
  for await (const text of child.stderr.setEncoding('utf8')) if (String(text).includes('Both secrets work')) break;
  child.kill('SIGINT');
  await ended;
}

describe('secret rotate', () => {
  test('fails none of 20 sign-ins a second during the rotation, and then refuses the old secret', async () => {
    await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    const { clientSecret: old } = await poolNow();
    const signIns = [signIn()];
    let isRotating = true;
    const rotation = person.run(['secret', 'rotate', '--grace', '2s']).finally(() => {
      isRotating = false;
    });
    for await (const _ of setInterval(50)) {
      signIns.push(signIn());
      if (!isRotating) break;
    }
    expect(await rotation).toMatchObject({ code: 0, stdout: '' });
    const outcomes = await Promise.allSettled(signIns);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);

    const { clientSecret: fresh } = await poolNow();
    expect(new Set(await Promise.all(signIns))).toEqual(new Set([old, fresh]));
    expect(fresh).not.toBe(old);
    await expect(signIn(old)).rejects.toThrow('secret hash');
    expect(await countSecrets()).toBe(1);
    await expireTokens(person);
    expect(await person.run(['token'])).toMatchObject({ code: 0 });
  }, 60_000);

  test('leaves both secrets working when it is interrupted, and is finished by another run', async () => {
    const { clientSecret: old } = await poolNow();
    await interruptRotation();
    const { clientSecret: fresh } = await poolNow();
    expect([await signIn(old), await signIn(fresh)]).toEqual([old, fresh]);

    expect(await person.run(['secret', 'rotate', '--grace', '0s'])).toMatchObject({ code: 0 });
    expect((await poolNow()).clientSecret).toBe(fresh);
    await expect(signIn(old)).rejects.toThrow('secret hash');
  });

  test('leaves the rotation of another operator alone', async () => {
    const input = await readFile(profilePath(), 'utf8');
    await interruptRotation();
    await person.run(['profile', 'add', 'copy'], { input });
    const answer = await person.run(['secret', 'rotate', '--grace', '0s', '--profile', 'copy', '--json']);
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('rotation_elsewhere') });
    expect(await countSecrets()).toBe(2);
  });

  test('is refused to a profile with an outdated secret: deleting the only secret would lock others out', async () => {
    const input = await readFile(profilePath(), 'utf8');
    await person.run(['secret', 'rotate', '--grace', '0s']);
    await person.run(['profile', 'add', 'copy'], { input });
    const answer = await person.run(['secret', 'rotate', '--grace', '0s', '--profile', 'copy', '--json']);
    expect(answer).toMatchObject({ code: 4, stderr: expect.stringContaining('client_secret_refused') });
    expect(await countSecrets()).toBe(1);
    await expect(signIn()).resolves.toBe((await poolNow()).clientSecret);
  });
});
