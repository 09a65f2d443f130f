import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MachineClient, Machines } from '../../app/platform/contract/profile.js';
import { startEnvironment, type Environment, type Person } from './environment.js';

let environment: Environment;
let person: Person;
/** With the secret that works at the moment. */
let kitchen: MachineClient;

beforeAll(async () => {
  environment = await startEnvironment();
  kitchen = (await environment.machines())['kitchen'] as MachineClient;
});
afterAll(() => environment.stop());

beforeEach(async () => {
  person = await environment.newPerson();
  await person.run(['profile', 'add', 'cloud'], { input: JSON.stringify(await environment.profile()) });
  await addMachines({ kitchen, robot: { ...kitchen, clientId: 'robot' } });
});

const addMachines = (machines: Machines) =>
  person.run(['profile', 'add', 'cloud', '--machines'], { input: JSON.stringify(machines) });

const rotate = (...flags: string[]) =>
  person.run(['secret', 'rotate', '--machine', 'kitchen', '--profile', 'cloud', ...flags]);

async function storedMachines() {
  const file = join(person.state, 'profiles', 'cloud.machines.json');
  return JSON.parse(await readFile(file, 'utf8')) as Machines;
}

async function countSecrets() {
  const UserPoolId = (await environment.profile()).pools['staff']?.userPoolId;
  const { ClientSecrets } = await environment.sdk.listUserPoolClientSecrets({ UserPoolId, ClientId: kitchen.clientId });
  return ClientSecrets?.length;
}

/** What the token endpoint answers to client credentials with a secret: a token's type, or an error. */
async function signInWith(clientSecret: string) {
  const credentials = Buffer.from(`${kitchen.clientId}:${clientSecret}`).toString('base64');
  const response = await fetch(kitchen.tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { token_type: type, error } = (await response.json()) as { token_type?: string; error?: string };
  return type ?? error;
}

describe('secret rotate --machine', () => {
  test("replaces the machine's secret, in its document alone, and the old one is refused", async () => {
    const old = kitchen.clientSecret;
    const before = await storedMachines();
    const { code, stdout, stderr } = await rotate('--grace', '0s', '--json');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toEqual({
      profile: 'cloud',
      pool: 'staff',
      machine: 'kitchen',
      clientId: kitchen.clientId,
      rotated: true,
    });

    const after = await storedMachines();
    kitchen = after['kitchen'] as MachineClient;
    expect(after).toEqual({
      ...before,
      kitchen: { ...before['kitchen'], clientSecret: kitchen.clientSecret, clientSecretId: kitchen.clientSecretId },
    });
    expect([await signInWith(old), await signInWith(kitchen.clientSecret)]).toEqual(['invalid_client', 'Bearer']);
    expect(await countSecrets()).toBe(1);
    expect(await person.run(['login', '--machine', '--profile', 'cloud'])).toMatchObject({ code: 0 });
  });

  test('prints neither the old secret nor the new one', async () => {
    const old = kitchen.clientSecret;
    const { stdout, stderr } = await rotate('--grace', '0s', '-v');
    kitchen = (await storedMachines())['kitchen'] as MachineClient;
    expect(stderr).toContain(`the new one is in the machines of profile cloud`);
    expect([old, kitchen.clientSecret].filter((secret) => (stdout + stderr).includes(secret))).toEqual([]);
  });

  test('is refused with an outdated secret: deleting the only secret would lock the machine out', async () => {
    await addMachines({ kitchen: { ...kitchen, clientSecret: 'outdated' } });
    const { code, stderr } = await rotate('--grace', '0s', '--json');
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('machine_refused') });
    expect(await countSecrets()).toBe(1);
    expect(await signInWith(kitchen.clientSecret)).toBe('Bearer');
  });

  test('names the machines where the named one does not exist', async () => {
    const { code, stderr } = await person.run(['secret', 'rotate', '--machine', 'oven', '--profile', 'cloud']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('there is kitchen') });
  });
});
