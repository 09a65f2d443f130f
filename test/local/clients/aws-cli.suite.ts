import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../../harness/tools.js';
import { PASSWORD } from '../seed/declaration.js';
import { secretHash } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';
import { guardedStatuses } from './guarded-statuses.js';
import type { Running } from './running.js';

interface Answer {
  readonly UserPool?: { readonly Id: string };
  readonly UserPoolClient?: { readonly ClientId: string };
  readonly UserAttributes?: readonly { readonly Name: string; readonly Value: string }[];
  readonly AuthenticationResult?: {
    readonly AccessToken: string;
    readonly IdToken: string;
    readonly RefreshToken: string;
  };
}

export function awsCli(running: () => Running) {
  describeWith('aws')('the aws command', () => {
    const [email, newEmail] = ['ada@example.com', 'ada@new.example'];
    let userPoolId = '';
    let clientId = '';

    /** Runs `aws cognito-idp`; rejects with what it writes to standard error. */
    async function aws(...words: string[]): Promise<Answer> {
      const { profile, dir } = running();
      const common = ['--endpoint-url', profile.cognitoEndpoint, '--region', profile.region, '--output', 'json'];
      const env = { PATH: process.env['PATH'], HOME: dir, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
      const { stdout } = await promisify(execFile)('aws', ['cognito-idp', ...words, ...common], { env });
      return JSON.parse(stdout || '{}') as Answer;
    }
    const signIn = (username: string, password: string, proof = '', client = clientId) =>
      aws(
        'initiate-auth',
        '--client-id',
        client,
        '--auth-flow',
        'USER_PASSWORD_AUTH',
        '--auth-parameters',
        `USERNAME=${username},PASSWORD=${password}${proof}`,
      );
    const refusal = (type: string) => ({ stderr: expect.stringContaining(`(${type})`) as unknown });
    const codeOf = (address: string) => codeFor(running().dir, address);

    beforeAll(async () => {
      const { UserPool } = await aws(
        'create-user-pool',
        '--pool-name',
        'by-email',
        '--username-attributes',
        'email',
        '--auto-verified-attributes',
        'email',
      );
      userPoolId = UserPool?.Id ?? '';
      const { UserPoolClient } = await aws(
        'create-user-pool-client',
        '--user-pool-id',
        userPoolId,
        '--client-name',
        'public',
        '--explicit-auth-flows',
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      );
      clientId = UserPoolClient?.ClientId ?? '';
    });

    test('signs in with a secret hash, and not without', async () => {
      const { clientId: confidential, clientSecret } = running().pool('customers');
      const hash = secretHash(clientSecret ?? '', 'regular', confidential);
      await expect(signIn('regular', PASSWORD, `,SECRET_HASH=${hash}`, confidential)).resolves.toHaveProperty(
        'AuthenticationResult',
      );
      await expect(signIn('regular', PASSWORD, '', confidential)).rejects.toMatchObject(
        refusal('NotAuthorizedException'),
      );
    });

    test('signs a user up by e-mail, confirms with the code that was sent, and signs in', async () => {
      await aws('sign-up', '--client-id', clientId, '--username', email, '--password', 'F1rst-password');
      await expect(signIn(email, 'F1rst-password')).rejects.toMatchObject(refusal('UserNotConfirmedException'));
      await aws(
        'confirm-sign-up',
        '--client-id',
        clientId,
        '--username',
        email,
        '--confirmation-code',
        await codeOf(email),
      );
      const { AuthenticationResult } = await signIn(email, 'F1rst-password');
      const { AccessToken = '', IdToken = '' } = AuthenticationResult ?? {};
      expect(await guardedStatuses(running(), { userPoolId, clientId }, [AccessToken, IdToken])).toStrictEqual([
        200, 200,
      ]);
    });

    test('changes the address, and verifies it with the code that was sent', async () => {
      const { AuthenticationResult } = await signIn(email, 'F1rst-password');
      const token = ['--access-token', AuthenticationResult?.AccessToken ?? ''];
      await aws('update-user-attributes', ...token, '--user-attributes', `Name=email,Value=${newEmail}`);
      await aws('verify-user-attribute', ...token, '--attribute-name', 'email', '--code', await codeOf(newEmail));
      const { UserAttributes } = await aws('get-user', ...token);
      expect(UserAttributes).toEqual(
        expect.arrayContaining([
          { Name: 'email', Value: newEmail },
          { Name: 'email_verified', Value: 'true' },
        ]),
      );
    });

    test('resets a forgotten password with the code that was sent to the new address', async () => {
      await aws('forgot-password', '--client-id', clientId, '--username', newEmail);
      await aws(
        'confirm-forgot-password',
        '--client-id',
        clientId,
        '--username',
        newEmail,
        '--confirmation-code',
        await codeOf(newEmail),
        '--password',
        'S3cond-password',
      );
      await expect(signIn(newEmail, 'F1rst-password')).rejects.toMatchObject(refusal('NotAuthorizedException'));
    });

    test('signs out everywhere, and deletes the account', async () => {
      const { AuthenticationResult: first } = await signIn(newEmail, 'S3cond-password');
      await aws('global-sign-out', '--access-token', first?.AccessToken ?? '');
      await expect(
        aws('get-tokens-from-refresh-token', '--client-id', clientId, '--refresh-token', first?.RefreshToken ?? ''),
      ).rejects.toMatchObject(refusal('NotAuthorizedException'));
      const { AuthenticationResult: second } = await signIn(newEmail, 'S3cond-password');
      await aws('delete-user', '--access-token', second?.AccessToken ?? '');
      const { Users } = await running().sdk.listUsers({ UserPoolId: userPoolId });
      expect(Users).toStrictEqual([]);
    });
  });
}
