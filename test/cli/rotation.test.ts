import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setInterval } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { secretHash } from '../../app/cli/secret-hash.js';
import { expireKept } from './kept.js';
import { PASSWORD, PIZZA, startStage, type Person, type Stage } from './stage.js';

let stage: Stage;
let person: Person;

beforeAll(async () => {
  stage = await startStage();
  person = await stage.newPerson();
});
afterAll(() => stage.stop());

async function poolOf(name: string) {
  const pool = (await stage.profile()).pools[name];
  if (!pool?.clientSecret) throw new Error(`No pool ${name}`);
  return { ...pool, clientSecret: pool.clientSecret };
}

async function signIn(pool: string, user: string, secret?: string) {
  const { clientId, clientSecret } = await poolOf(pool);
  const SECRET_HASH = secretHash(secret ?? clientSecret, user, clientId);
  const AuthParameters = { USERNAME: user, PASSWORD, SECRET_HASH };
  return stage.sdk.initiateAuth({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId: clientId, AuthParameters });
}

async function secretsOf(pool: string) {
  const { userPoolId, clientId } = await poolOf(pool);
  const { ClientSecrets } = await stage.sdk.listUserPoolClientSecrets({ UserPoolId: userPoolId, ClientId: clientId });
  return ClientSecrets ?? [];
}

describe('pizza secret rotate', () => {
  test('refuses none of 20 sign-ins a second that go on meanwhile, and then the old secret', async () => {
    await person.pizza(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    const old = await poolOf('customers');
    const signIns: Promise<unknown>[] = [];
    let isRotating = true;
    const rotation = person.pizza(['secret', 'rotate', '--grace', '2s']).finally(() => {
      isRotating = false;
    });
    for await (const _ of setInterval(50)) {
      signIns.push(signIn('customers', 'regular'));
      if (!isRotating) break;
    }
    expect(await rotation).toMatchObject({ code: 0, stdout: '' });
    const refused = (await Promise.allSettled(signIns)).filter(({ status }) => status === 'rejected');
    expect(refused).toEqual([]);
    expect(signIns.length).toBeGreaterThanOrEqual(35);

    expect((await poolOf('customers')).clientSecret).not.toBe(old.clientSecret);
    await expect(signIn('customers', 'regular', old.clientSecret)).rejects.toThrow('secret hash');
    expect(await secretsOf('customers')).toHaveLength(1);
    await expireKept(person);
    expect(await person.pizza(['token'])).toMatchObject({ code: 0 });
  }, 60_000);

  test('that is interrupted leaves both secrets working, and is finished by another run', async () => {
    const old = await poolOf('staff');
    const flags = ['--pool', 'staff', '--grace', '1h'];
    const env = { PATH: process.env['PATH'], ...person.env };
    const child = spawn(process.execPath, [PIZZA, 'secret', 'rotate', ...flags], { cwd: person.home, env });
    const ended = once(child, 'exit');
    for await (const said of child.stderr.setEncoding('utf8')) if (String(said).includes('Both secrets work')) break;
    child.kill('SIGINT');
    await ended;
    await expect(signIn('staff', 'chef')).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    await expect(signIn('staff', 'chef', old.clientSecret)).resolves.toMatchObject({
      $metadata: { httpStatusCode: 200 },
    });

    const { clientSecret } = await poolOf('staff');
    expect(await person.pizza(['secret', 'rotate', '--pool', 'staff', '--grace', '0s'])).toMatchObject({ code: 0 });
    expect((await poolOf('staff')).clientSecret).toBe(clientSecret);
    await expect(signIn('staff', 'chef', old.clientSecret)).rejects.toThrow('secret hash');
  });

  test('that somebody else has begun is left to them', async () => {
    const { userPoolId: UserPoolId, clientId: ClientId, clientSecret } = await poolOf('customers');
    const input = JSON.stringify({ ...(await stage.profile()) }, (key, value: unknown) =>
      key === 'clientSecretId' ? undefined : value,
    );
    await person.pizza(['profile', 'add', 'copy'], { input });
    const { ClientSecretDescriptor } = await stage.sdk.addUserPoolClientSecret({ UserPoolId, ClientId });
    const answer = await person.pizza(['secret', 'rotate', '--grace', '0s', '--profile', 'copy', '--json']);
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('rotation_elsewhere') });
    expect(await secretsOf('customers')).toHaveLength(2);
    const ClientSecretId = ClientSecretDescriptor?.ClientSecretId;
    await stage.sdk.deleteUserPoolClientSecret({ UserPoolId, ClientId, ClientSecretId });
    expect((await poolOf('customers')).clientSecret).toBe(clientSecret);
  });
});
