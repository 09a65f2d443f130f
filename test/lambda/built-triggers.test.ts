import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { AlgorithmSuiteIdentifier, buildEncrypt, CommitmentPolicy, KMS, KmsKeyringNode } from '@aws-crypto/client-node';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildTriggers } from '../../app/build/trigger-bundles.js';
import { startEmulator, type Emulator } from '../harness/emulated-aws.js';
import { describeWith } from '../harness/tools.js';
import { beforeTests, createApp, PASSWORD, useEmulator } from '../local/emulator.js';
import mail from './fixture/triggers/mail.js';
import move from './fixture/triggers/move.js';
import { NODE_VERSIONS, startFunction, type LambdaFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

const out = mkdtempSync(path.join(tmpdir(), 'triggers-'));
afterAll(() => rmSync(out, { recursive: true }));
beforeAll(async () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: object };
  const refused = Object.keys(devDependencies);
  await buildTriggers({ api: 'test/lambda/fixture', out, triggers: { mail, move }, plugins: [], refused });
});

/** A trigger's package in the runtime client, before the tests of its block. */
function useTrigger(
  name: 'mail' | 'move',
  node: (typeof NODE_VERSIONS)[number],
  environment: () => Record<string, string>,
) {
  let unpacked: ReturnType<typeof unpack>;
  let trigger: LambdaFunction;
  beforeAll(async () => {
    unpacked = unpack(`${out}/triggers/${name}.zip`);
    trigger = await startFunction({ node, directory: unpacked.directory, environment: environment() });
    await trigger.ready;
  });
  afterAll(async () => {
    await trigger.stop();
    unpacked.remove();
  });
  return (event: unknown) => trigger.invoke(event);
}

const UserPoolId = 'eu-west-1_EXAMPLE11';
const callerContext = { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1example23456789' };

describeWith('moto_server')('the package of the trigger that sends e-mails', () => {
  let aws: Emulator;
  let kms: KMS;
  const sent: unknown[] = [];
  let status = 200;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    sent.push(JSON.parse(await text(request)));
    response.writeHead(status).end();
  };
  const service = createServer((request, response) => void answer(request, response));

  beforeAll(async () => {
    aws = await startEmulator();
    kms = new KMS(aws.client);
    await once(service.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(async () => {
    service.close();
    service.closeAllConnections();
    kms.destroy();
    await aws.stop();
  });

  const keyArn = beforeTests(async () => {
    const keys = await Promise.all([kms.createKey(), kms.createKey()]);
    const [ofPool = '', another = ''] = keys.map(({ KeyMetadata }) => KeyMetadata?.Arn);
    return { ofPool, another };
  });

  /** As Cognito does it, by what its messages say: suite 0x0378, and the pool's id in the encryption context. */
  async function encrypted(code: string, userPoolId = UserPoolId, key = keyArn.ofPool) {
    const { encrypt } = buildEncrypt(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
    // Its types have KMS answer with every member.
    const clientProvider = () => kms as never;
    const keyring = new KmsKeyringNode({ generatorKeyId: key, clientProvider });
    const { result } = await encrypt(keyring, code, {
      suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384,
      encryptionContext: { 'userpool-id': userPoolId },
    });
    return result.toString('base64');
  }

  /** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-email-sender.html */
  const eventWith = (code: string | null, source = 'SignUp') => ({
    version: '1',
    triggerSource: `CustomEmailSender_${source}`,
    region: 'eu-west-1',
    userPoolId: UserPoolId,
    userName: 'ann',
    callerContext,
    request: {
      type: 'customEmailSenderRequestV1',
      code,
      clientMetadata: null,
      userAttributes: {
        sub: 'a',
        email_verified: 'false',
        'cognito:user_status': 'UNCONFIRMED',
        email: 'ann@example.com',
      },
    },
  });

  describe.each(NODE_VERSIONS)('on Node %i', (node) => {
    const invoke = useTrigger('mail', node, () => ({
      AWS_ENDPOINT_URL_KMS: aws.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'emulated',
      AWS_SECRET_ACCESS_KEY: 'emulated',
      CODE_KEY_ARN: keyArn.ofPool,
      MAIL_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    }));

    test('sends the code that Cognito encrypted', async () => {
      await expect(invoke(eventWith(await encrypted('123456')))).resolves.toBeNull();
      expect(sent.splice(0)).toEqual([{ to: 'ann@example.com', text: 'Your code is 123456' }]);
    });

    test('sends nothing for a code of another pool, or under another key', async () => {
      await expect(invoke(eventWith(await encrypted('123456', 'eu-west-1_Other1234')))).rejects.toMatchObject({
        message: 'The code was not encrypted for the pool of its event',
      });
      await expect(invoke(eventWith(await encrypted('123456', UserPoolId, keyArn.another)))).rejects.toMatchObject({
        message: expect.stringContaining('unencryptedDataKey has not been set') as unknown,
      });
      expect(sent).toEqual([]);
    });

    test('gets a notification without a code as it is', async () => {
      await expect(invoke(eventWith(null, 'AccountTakeOverNotification'))).resolves.toBeNull();
      expect(sent).toEqual([]);
    });

    test('fails where the service does, so that Lambda repeats it', async () => {
      status = 503;
      const event = eventWith(await encrypted('123456'));
      await expect(invoke(event)).rejects.toMatchObject({ message: 'The mail service answered 503' });
      status = 200;
      expect(sent.splice(0)).toHaveLength(1);
    });
  });
});

describe('the package of the trigger that moves users', () => {
  const emulator = useEmulator();
  const previous = beforeTests(async () => {
    const app = await createApp(emulator, {}, { GenerateSecret: false });
    const UserAttributes = [
      { Name: 'email', Value: 'ann@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ];
    const { UserPoolId, sdk } = app;
    const { User } = await sdk.adminCreateUser({
      UserPoolId,
      Username: 'ann',
      UserAttributes,
      MessageAction: 'SUPPRESS',
    });
    await sdk.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: PASSWORD, Permanent: true });
    await sdk.adminCreateUser({ UserPoolId, Username: 'bob', TemporaryPassword: PASSWORD });
    return { ...app, sub: User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value };
  });
  const environment = () => ({
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: emulator.endpoint(),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    PREVIOUS_POOL: JSON.stringify({ userPoolId: previous.UserPoolId, clientId: previous.ClientId }),
  });

  /** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html */
  const eventOf = (userName: string, password?: string) => ({
    version: '1',
    triggerSource: `UserMigration_${password === undefined ? 'ForgotPassword' : 'Authentication'}`,
    region: 'eu-west-1',
    userPoolId: UserPoolId,
    userName,
    callerContext,
    request: { ...(password !== undefined && { password }), validationData: null, userAttributes: null },
    response: {
      userAttributes: null,
      forceAliasCreation: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    },
  });

  describe.each(NODE_VERSIONS)('on Node %i', (node) => {
    const invoke = useTrigger('move', node, environment);

    test.each([
      ['a sign-in with the password of the previous pool', PASSWORD],
      ['a forgotten password', undefined],
    ])('returns the user at %s', async (_when, password) => {
      const event = eventOf('ann', password);
      expect(await invoke(event)).toEqual({
        ...event,
        response: {
          ...event.response,
          userAttributes: { email: 'ann@example.com', email_verified: 'true', 'custom:previous_sub': previous.sub },
          finalUserStatus: 'CONFIRMED',
          messageAction: 'SUPPRESS',
        },
      });
    });

    test.each([
      ['a wrong password', 'ann', 'Wr0ng-password', 'Incorrect username or password.'],
      [
        'a temporary password',
        'bob',
        PASSWORD,
        "The previous pool asks for NEW_PASSWORD_REQUIRED, which can't be moved",
      ],
      ['a name that the previous pool does not know', 'nobody', undefined, 'User does not exist.'],
    ])('fails at %s, and moves nobody', async (_what, name, password, message) => {
      await expect(invoke(eventOf(name, password))).rejects.toMatchObject({ message });
    });
  });

  describe('without a previous pool', () => {
    const invoke = useTrigger('move', 22, () => ({}));

    test('says what PREVIOUS_POOL looks like', async () => {
      await expect(invoke(eventOf('ann', PASSWORD))).rejects.toMatchObject({
        message: expect.stringContaining(
          'PREVIOUS_POOL is missing or incomplete: it looks like {"userPoolId"',
        ) as unknown,
      });
    });
  });
});
