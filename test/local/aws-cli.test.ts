import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp, PASSWORD, startEmulator, type App, type Emulator } from './emulator.js';

const isThere = spawnSync('aws', ['--version']).status === 0;

// Runs wherever the aws command is installed; REQUIRE_CLOUD=1 makes it fail where it isn't.
(isThere || process.env['REQUIRE_CLOUD'] === '1' ? describe : describe.skip)('with the aws command', () => {
  let emulator: Emulator;
  let app: App;

  beforeAll(async () => {
    emulator = await startEmulator();
    app = await createApp(emulator);
  });
  afterAll(() => emulator.stop());

  async function aws(...words: string[]): Promise<Record<string, unknown>> {
    const common = ['--endpoint-url', emulator.endpoint(), '--region', 'us-east-1', '--output', 'json'];
    const env = { PATH: process.env['PATH'], HOME: emulator.dir, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
    const { stdout } = await promisify(execFile)('aws', ['cognito-idp', ...words, ...common], { env });
    const answer: Record<string, unknown> = JSON.parse(stdout || '{}');
    return answer;
  }

  test('a user is created, given a password, and signed in', async () => {
    const pool = ['--user-pool-id', app.UserPoolId];
    await aws('admin-create-user', ...pool, '--username', 'regular');
    await aws('admin-set-user-password', ...pool, '--username', 'regular', '--password', PASSWORD, '--permanent');
    const parameters = `USERNAME=regular,PASSWORD=${PASSWORD}`;
    const signIn = ['initiate-auth', '--auth-flow', 'USER_PASSWORD_AUTH', '--client-id', app.ClientId];
    const { AuthenticationResult } = await aws(
      ...signIn,
      '--auth-parameters',
      `${parameters},SECRET_HASH=${app.hash('regular')}`,
    );
    expect(AuthenticationResult).toMatchObject({ TokenType: 'Bearer', ExpiresIn: 3600 });
    for (const wrong of [parameters, `${parameters},SECRET_HASH=`, `${parameters},SECRET_HASH=wrong`])
      await expect(aws(...signIn, '--auth-parameters', wrong)).rejects.toMatchObject({
        stderr: expect.stringContaining('NotAuthorizedException') as unknown,
      });
  });
});
