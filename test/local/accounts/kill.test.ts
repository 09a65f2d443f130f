import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect, createApp, PASSWORD, type App } from '../emulator.js';
import { buildKillableEmulator, type KillableEmulator } from '../killable-emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { attributeList, newName } from './people.js';

let killable: Awaited<ReturnType<typeof buildKillableEmulator>>;
let dir: string;

beforeAll(async () => {
  killable = await buildKillableEmulator();
  dir = await mkdtemp(join(tmpdir(), 'kill-'));
});
afterAll(async () => {
  await killable.remove();
  await rm(dir, { recursive: true });
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
