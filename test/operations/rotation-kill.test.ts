import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BIN, resultOf } from '../cli/environment.js';
import { CLOUD, login, rotate, startManagedSecrets, type ManagedSecrets } from '../cli/managed-secret.js';
import { describeWithMoto } from '../cli/moto.js';

type Step = [name: string, proxy: 'cognito' | 'manager', operation: string, fault: 'no response' | 'response lost'];

describeWithMoto('a rotation to Secrets Manager that is killed', () => {
  let services: ManagedSecrets;

  beforeAll(async () => {
    services = await startManagedSecrets();
  }, 30_000);
  afterAll(() => services.stop());

  test.each<Step>([
    ['once the new secret is created', 'cognito', 'AddUserPoolClientSecret', 'response lost'],
    ['before the new secret is stored', 'manager', 'PutSecretValue', 'no response'],
    ['once the new secret is stored', 'manager', 'PutSecretValue', 'response lost'],
    ['before the old secret is deleted', 'cognito', 'DeleteUserPoolClientSecret', 'no response'],
    ['once the old secret is deleted', 'cognito', 'DeleteUserPoolClientSecret', 'response lost'],
  ])('%s locks nobody out and is finished by the next run', async (_name, proxy, operation, fault) => {
    const deployment = await services.newDeployment();
    const { client } = deployment;
    const operator = await deployment.newOperator();
    const env = { PATH: process.env['PATH'], ...operator.env };
    const args = [BIN, 'secret', 'rotate', '--grace', '0s', ...CLOUD];
    const child = spawn(process.execPath, args, { cwd: operator.home, env });
    services[proxy].fault = (each) => {
      if (each !== operation) return undefined;
      child.kill('SIGKILL');
      return fault;
    };
    expect(await resultOf(child)).toMatchObject({ code: null });
    services[proxy].fault = () => undefined;
    const other = await deployment.newOperator();
    expect([await login(operator), await login(other)]).toMatchObject([{ code: 0 }, { code: 0 }]);

    expect(await rotate(other)).toMatchObject({ code: 0 });
    const value = await deployment.value(client);
    const taken = [await deployment.isTaken(client.clientSecret), await deployment.isTaken(value?.['clientSecret'])];
    expect(taken).toEqual([false, true]);
    expect(await deployment.count(client.clientId)).toBe(1);
    expect([await login(operator), await login(other)]).toMatchObject([{ code: 0 }, { code: 0 }]);
  });
});
