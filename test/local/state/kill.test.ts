import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { attributeList, newName } from '../accounts/people.js';
import { connect, createApp, expectRefusal, PASSWORD, type App } from '../emulator.js';
import { buildKillableEmulator, type KillableEmulator } from '../killable-emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { groupsIn, startOn } from './directory.js';

let killable: Awaited<ReturnType<typeof buildKillableEmulator>>;
let home: string;
let dir: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kill-'));
  killable = await buildKillableEmulator();
});
beforeEach(async () => {
  dir = await mkdtemp(join(home, 'dir-'));
});
afterAll(async () => {
  await killable.remove();
  await rm(home, { recursive: true });
});

/** Creates groups concurrently, and kills the process once `enough` are acknowledged; resolves to all acknowledged. */
async function createUntilKilled(
  child: ChildProcess,
  endpoint: string,
  UserPoolId: string | undefined,
  enough: number,
) {
  const sdk = connect(endpoint);
  const acknowledged: string[] = [];
  const work = async (worker: number) => {
    for (;;) {
      const GroupName = `group-${child.pid}-${worker}-${acknowledged.length}`;
      await sdk.createGroup({ UserPoolId, GroupName });
      acknowledged.push(GroupName);
      if (acknowledged.length === enough) child.kill('SIGKILL');
    }
  };
  await Promise.allSettled([1, 2, 3, 4, 5].map(work));
  sdk.destroy();
  return acknowledged;
}

test('a kill -9 in the middle of writing loses nothing that was acknowledged, and leaves no draft, three times in a row', async () => {
  const acknowledged: string[] = [];
  let UserPoolId: string | undefined;
  for (const enough of [20, 35, 50]) {
    const { child, endpoint } = await killable.run(dir);
    const exit = once(child, 'exit');
    const sdk = connect(endpoint);
    UserPoolId ??= (await sdk.createUserPool({ PoolName: 'people' })).UserPool?.Id;
    sdk.destroy();
    acknowledged.push(...(await createUntilKilled(child, endpoint, UserPoolId, enough)));
    await exit;
  }
  const server = await startOn(dir);
  expect(await groupsIn(server, UserPoolId)).toEqual(expect.arrayContaining(acknowledged));
  expect(acknowledged.length).toBeGreaterThanOrEqual(105);
  await server.close();
  expect(await readdir(dir)).toStrictEqual(['cognito.json']);
});

test('a directory is locked by one process at a time, and free when that is killed', async () => {
  const { child, endpoint } = await killable.run(dir);
  const exit = once(child, 'exit');
  await expectRefusal(startOn(dir), 'StartError', `${dir} is in use by process ${child.pid}`);
  await expectRefusal(startOn(dir), 'StartError', 'set LOCAL_DIR to another directory');
  const sdk = connect(endpoint);
  await expect(sdk.listUserPools({ MaxResults: 1 })).resolves.toHaveProperty('UserPools', []);
  sdk.destroy();
  child.kill('SIGKILL');
  await exit;
  await (await startOn(dir)).close();
});

/** What was acknowledged: the people who signed up, and those who confirmed. */
interface Acknowledged {
  signedUp: string[];
  confirmed: string[];
}

/** Signs people up, every other one confirming, and kills the process once `enough` have signed up. */
async function signUpUntilKilled({ child }: KillableEmulator, app: App, enough: number, acknowledged: Acknowledged) {
  const { sdk, ClientId } = app;
  const exit = once(child, 'exit');
  let count = 0;
  const work = async () => {
    for (;;) {
      const Username = newName();
      const UserAttributes = attributeList({ email: `${Username}@example.com` });
      await sdk.signUp({ ClientId, Username, Password: PASSWORD, UserAttributes });
      acknowledged.signedUp.push(Username);
      if ((count += 1) === enough) child.kill('SIGKILL');
      if (count % 2 === 0) continue;
      await sdk.confirmSignUp({ ClientId, Username, ConfirmationCode: await codeOf(Username) });
      acknowledged.confirmed.push(Username);
    }
  };
  await Promise.allSettled([1, 2, 3, 4, 5].map(work));
  expect(await exit).toStrictEqual([null, 'SIGKILL']);
}

const codeOf = async (name: string) =>
  (await messagesIn(dir)).find(({ username }) => username === name)?.code ?? 'the code was lost';

test('a process that is killed three times in the middle of sign-ups keeps everyone whose sign-up was acknowledged', async () => {
  const acknowledged: Acknowledged = { signedUp: [], confirmed: [] };
  let app: App | undefined;
  for (const enough of [15, 25, 35]) {
    const emulator = await killable.run(dir);
    const sdk = connect(emulator.endpoint);
    app = app
      ? { ...app, sdk }
      : await createApp({ sdk }, { AutoVerifiedAttributes: ['email'] }, { GenerateSecret: false });
    await signUpUntilKilled(emulator, app, enough, acknowledged);
    sdk.destroy();
  }
  expect(acknowledged.signedUp.length).toBeGreaterThanOrEqual(75);
  expect(acknowledged.confirmed.length).toBeGreaterThan(0);

  const { child, endpoint } = await killable.run(dir);
  const sdk = connect(endpoint);
  const { UserPoolId = '', ClientId } = app ?? {};
  const confirmed: string[] = [];
  for (const Username of acknowledged.signedUp) {
    const { UserStatus } = await sdk.adminGetUser({ UserPoolId, Username });
    if (UserStatus === 'CONFIRMED') confirmed.push(Username);
    else await sdk.confirmSignUp({ ClientId, Username, ConfirmationCode: await codeOf(Username) });
    const AuthParameters = { USERNAME: Username, PASSWORD };
    await expect(
      sdk.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
    ).resolves.toHaveProperty('AuthenticationResult.IdToken');
  }
  // A confirmation that was not acknowledged may have been made.
  expect(confirmed).toStrictEqual(expect.arrayContaining(acknowledged.confirmed));
  sdk.destroy();
  child.kill('SIGKILL');
}, 120_000);
