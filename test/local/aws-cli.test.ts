import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp, PASSWORD, startStandIn, type App, type StandIn } from './emulator.js';

const isThere = spawnSync('aws', ['--version']).status === 0;

// The command is asked for where the whole cloud is (REQUIRE_CLOUD=1), and tried wherever it is installed.
(isThere || process.env['REQUIRE_CLOUD'] === '1' ? describe : describe.skip)('with the aws command', () => {
  let standIn: StandIn;
  let app: App;

  beforeAll(async () => {
    standIn = await startStandIn();
    app = await createApp(standIn);
  });
  afterAll(() => standIn.stop());

  async function aws(...words: string[]): Promise<Record<string, unknown>> {
    const common = ['--endpoint-url', standIn.endpoint(), '--region', 'us-east-1', '--output', 'json'];
    const env = { PATH: process.env['PATH'], HOME: standIn.dir, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
    const { stdout } = await promisify(execFile)('aws', ['cognito-idp', ...words, ...common], { env });
    const answer: Record<string, unknown> = JSON.parse(stdout || '{}');
    return answer;
  }

  test('a user is created, given a password, and signed in, as the tutorial does', async () => {
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
