import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { resultOf, type Person } from './environment.js';
import {
  CLOUD,
  login,
  loginMachine,
  rotate,
  startManagedSecrets,
  storedClients,
  type Deployment,
  type ManagedSecrets,
} from './managed-secret.js';
import { describeWithMoto } from './moto.js';
import { everyPath, expireTokens } from './stored-sessions.js';

let services: ManagedSecrets;
let deployment: Deployment;
let operator: Person;

/** Makes Secrets Manager answer an operation with an error of AWS. */
function fail(operation: string, type: string, status = 400) {
  services.manager.fault = (each) => (each === operation ? { status, type } : undefined);
}

const operationsSent = () => [...services.cognito.calls, ...services.manager.calls].map(({ operation }) => operation);

describeWithMoto('a client whose secret has a place in Secrets Manager', () => {
  beforeAll(async () => {
    services = await startManagedSecrets();
  }, 30_000);
  afterAll(() => services.stop());
  beforeEach(async () => {
    deployment = await services.newDeployment();
    operator = await deployment.newOperator();
    services.cognito.calls.length = 0;
    services.manager.calls.length = 0;
  });
  afterEach(() => {
    services.cognito.fault = () => undefined;
    services.manager.fault = () => undefined;
  });

  describe('before the first rotation', () => {
    test("signs people and machines in with the profile's secret", async () => {
      expect(await login(operator)).toMatchObject({ code: 0 });
      expect(await loginMachine(operator)).toMatchObject({ code: 0 });
      expect(services.manager.calls.map(({ operation }) => operation)).toEqual(['GetSecretValue', 'GetSecretValue']);
    });
  });

  describe('secret rotate', () => {
    test('moves the secret there: who has the old profile signs in and renews, and the old secret is refused', async () => {
      const { client } = deployment;
      const other = await deployment.newOperator();
      await login(other);
      const { code, stdout, stderr } = await rotate(operator, '-v');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stderr).toMatch(/the new one is in Secrets Manager \(deployment-\d+\/customers\/people\/\w+\)/);

      const value = await deployment.value(client);
      expect(value).toEqual({
        clientId: client.clientId,
        userPoolId: client.userPoolId,
        cognitoEndpoint: deployment.profile.cognitoEndpoint,
        clientSecret: expect.any(String),
        clientSecretId: expect.stringContaining(client.clientId),
      });
      expect([
        await deployment.isTaken(client.clientSecret),
        await deployment.isTaken(value?.['clientSecret']),
      ]).toEqual([false, true]);
      expect(await deployment.count(client.clientId)).toBe(1);
      await expireTokens(other, { profile: 'cloud' });
      expect(await other.run(['token', ...CLOUD])).toMatchObject({ code: 0 });
      expect(await login(other, '-v')).toMatchObject({ code: 0 });
      expect(await other.run(['logout', ...CLOUD])).toMatchObject({ code: 0 });
      expect(await login(await deployment.newOperator())).toMatchObject({ code: 0 });

      const secrets = [client.clientSecret, String(value?.['clientSecret'])];
      expect(secrets.filter((secret) => (stdout + stderr).includes(secret))).toEqual([]);
    });

    test("moves a machine's secret there, with all that a service needs", async () => {
      const { kitchen } = deployment;
      const other = await deployment.newOperator();
      expect(await rotate(operator, '--machine', 'kitchen')).toMatchObject({ code: 0 });
      const { tokenUrl, scopes, clientId } = kitchen;
      expect(await deployment.value(kitchen)).toEqual({
        clientId,
        tokenUrl,
        scopes,
        clientSecret: expect.any(String),
        clientSecretId: expect.stringContaining(clientId),
      });
      expect(await deployment.count(clientId)).toBe(1);
      expect(await loginMachine(other)).toMatchObject({ code: 0 });
      expect(await rotate(other, '--machine', 'kitchen')).toMatchObject({ code: 0 });
      expect(await loginMachine(operator)).toMatchObject({ code: 0 });
    });

    test('lets a service that does as the README says get a token with the old secret, and then with the new one', async () => {
      const { kitchen } = deployment;
      await rotate(operator, '--machine', 'kitchen');
      const readme = await readFile('app/cli/README.md', 'utf8');
      const [, service = ''] = /^### A service$.*?^```js\n(.*?)^```$/ms.exec(readme) ?? [];
      const folder = await mkdtemp(join('dist', 'service-'));
      try {
        await writeFile(join(folder, 'service.mjs'), service);
        const env = { ...process.env, ...operator.env, CLIENT_SECRET_ARN: kitchen.clientSecretArn };
        const main = `
          import { once } from 'node:events';
          import { getToken } from './service.mjs';
          const realNow = Date.now;
          console.log(typeof (await getToken()));
          await once(process.stdin, 'data');
          Date.now = () => realNow() + 3600_000;
          console.log(typeof (await getToken()));
          process.exit();`;
        await writeFile(join(folder, 'main.mjs'), main);
        const child = spawn(process.execPath, [join(folder, 'main.mjs')], { env });
        const result = resultOf(child);
        await once(child.stdout, 'data');
        expect(await rotate(operator, '--machine', 'kitchen')).toMatchObject({ code: 0 });
        services.manager.calls.length = 0;
        child.stdin.write('again');
        expect(await result).toMatchObject({ code: 0, stdout: 'string\nstring\n' });
        expect(services.manager.calls.map(({ operation }) => operation)).toEqual(['GetSecretValue']);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test('leaves no secret in a file of the operator, neither the old one nor the new one', async () => {
      const { client, kitchen } = deployment;
      await rotate(operator);
      await rotate(operator, '--machine', 'kitchen');
      await login(operator);
      await loginMachine(operator);
      const { clientSecret: _secret, ...clientWithoutSecret } = client;
      const { clientSecret: _other, ...kitchenWithoutSecret } = kitchen;
      expect(await storedClients(operator)).toEqual({ client: clientWithoutSecret, kitchen: kitchenWithoutSecret });
      const values = [await deployment.value(client), await deployment.value(kitchen)];
      const files = (await everyPath(operator)).filter(({ isFile }) => isFile);
      const text = (await Promise.all(files.map(({ path }) => readFile(path, 'utf8')))).join('\n');
      expect(values.filter((value) => text.includes(String(value?.['clientSecret'])))).toEqual([]);
    });

    test('changes nothing if the new secret may not be stored, and says which permission is missing', async () => {
      fail('PutSecretValue', 'AccessDeniedException');
      const { client } = deployment;
      const { code, stderr } = await rotate(operator, '--json');
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('secret_access_refused') });
      expect(stderr).toContain(`secretsmanager:PutSecretValue on ${client.clientSecretArn}`);
      expect(await deployment.count(client.clientId)).toBe(1);
      expect((await storedClients(operator)).client).toEqual(client);
      expect(await login(operator)).toMatchObject({ code: 0 });
    });

    test('deletes no secret that may have been stored, when Secrets Manager gives no answer', async () => {
      fail('PutSecretValue', 'InternalServiceError', 500);
      const { client } = deployment;
      expect(await rotate(operator, '--json')).toMatchObject({ code: 6 });
      expect(await deployment.count(client.clientId)).toBe(2);
      expect(await login(operator)).toMatchObject({ code: 0 });
    });

    test('leaves a second secret alone that another run created within the last minute', async () => {
      const { client } = deployment;
      const { userPoolId: UserPoolId, clientId: ClientId } = client;
      services.emulator.pass({ minutes: 10 });
      await services.emulator.sdk.addUserPoolClientSecret({ UserPoolId, ClientId });
      services.emulator.pass({ minutes: -10 });
      const { code, stderr } = await rotate(operator, '--json');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('rotation_elsewhere') });
      expect(await deployment.count(ClientId)).toBe(2);
    });
  });

  describe('a profile from somebody else', () => {
    const stored = (client: object, secret: object) =>
      services.sdk.putSecretValue({
        SecretId: (client as { clientSecretArn: string }).clientSecretArn,
        SecretString: JSON.stringify({ clientSecret: 'not-theirs', clientSecretId: 'id', ...secret }),
      });
    const withClient = (change: object) => {
      const client = { ...deployment.client, ...change };
      return { ...deployment.profile, pools: { customers: client, staff: client } };
    };

    test('is not imported if it names a secret that is not named after its client', async () => {
      const arn = deployment.client.clientSecretArn;
      for (const clientSecretArn of [
        deployment.kitchen.clientSecretArn,
        `${arn}x`,
        'database',
        arn.replace('aws', 'x'),
      ]) {
        const input = JSON.stringify(withClient({ clientSecretArn }));
        const { code, stderr } = await operator.run(['profile', 'add', 'evil', '--json'], { input });
        expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('profile_invalid') });
        expect(stderr).toContain("must be the ARN of a secret whose name ends in / and the client's id");
      }
    });

    test('sends the secret to no other host of its choice, not even one that is allowed', async () => {
      const { client, kitchen } = deployment;
      await stored(client, {
        clientId: client.clientId,
        cognitoEndpoint: 'https://cognito-idp.us-east-1.amazonaws.com',
      });
      await stored(kitchen, { clientId: kitchen.clientId, tokenUrl: 'https://auth.example.com/oauth2/token' });
      for (const result of [await login(operator, '--json'), await loginMachine(operator, '--json')]) {
        expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining('secret_foreign') });
        expect(result.stderr).not.toContain('not-theirs');
      }
      expect(operationsSent()).toEqual(['GetSecretValue', 'GetSecretValue']);
    });

    test('makes use of no secret of another client, and replaces none', async () => {
      await stored(deployment.client, { clientId: 'another', cognitoEndpoint: deployment.profile.cognitoEndpoint });
      for (const result of [await login(operator, '--json'), await rotate(operator, '--json')]) {
        expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining('secret_foreign') });
      }
      expect(operationsSent()).not.toContain('InitiateAuth');
      expect(await deployment.count(deployment.client.clientId)).toBe(1);
      expect(await deployment.value(deployment.client)).toMatchObject({ clientId: 'another' });
    });

    test('reads and replaces no secret of another account', async () => {
      const clientSecretArn = deployment.client.clientSecretArn.replace('123456789012', '210987654321');
      const person = await deployment.newOperator({ profile: withClient({ clientSecretArn }) });
      await stored(deployment.client, { clientId: deployment.client.clientId });
      for (const result of [await login(person, '--json'), await rotate(person, '--json')]) {
        expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('secret_missing') });
      }
      expect(operationsSent()).not.toContain('PutSecretValue');
      expect(operationsSent()).not.toContain('InitiateAuth');
    });
  });

  test('says which permission reading takes, and sends nothing', async () => {
    fail('GetSecretValue', 'AccessDeniedException');
    for (const [result, { clientSecretArn }] of [
      [await login(operator, '--json'), deployment.client],
      [await loginMachine(operator, '--json'), deployment.kitchen],
    ] as const) {
      expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining('secret_access_refused') });
      expect(result.stderr).toContain(`secretsmanager:GetSecretValue on ${clientSecretArn}`);
    }
    expect(operationsSent()).toEqual(['GetSecretValue', 'GetSecretValue']);
    const profile = { ...deployment.profile, cognitoEndpoint: services.emulator.endpoint() };
    const { stdout } = await (await deployment.newOperator({ profile })).run(['doctor', ...CLOUD]);
    expect(stdout).toMatch(/skip +client .*secretsmanager:GetSecretValue/);
  });
});
