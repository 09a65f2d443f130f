import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';
import { openSrp, proveSrp, signature, signInBySrp, SrpClient, startSrp, timestampOf } from './srp-client.js';

const publicClient = { GenerateSecret: false, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH' as const] };

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, {}, publicClient));
const start = (username: string, person = app) => openSrp(person, username);

describe('a proof is refused', () => {
  const INCORRECT = ['NotAuthorizedException', 'Incorrect username or password.'] as const;
  type Responses = Record<string, string>;
  interface Attack {
    username: string;
    client: SrpClient;
    parameters: Responses;
    at: number;
  }
  const honest = ({ client, parameters, at }: Attack) => client.responses(app.UserPoolId, parameters, { at });

  const attacks: Record<string, (attack: Attack) => Responses | Promise<Responses>> = {
    'with a wrong password': ({ client, parameters, at }) =>
      client.responses(app.UserPoolId, parameters, { password: 'Passw0rd?', at }),
    'that was used before': async (attack) => {
      const responses = honest(attack);
      await proveSrp(app, responses);
      return responses;
    },
    'after a wrong one for the same secret block': async (attack) => {
      const responses = honest(attack);
      await expectRefusal(proveSrp(app, { ...responses, PASSWORD_CLAIM_SIGNATURE: 'AAAA' }), ...INCORRECT);
      return responses;
    },
    'with another secret block': async (attack) => ({
      ...honest(attack),
      PASSWORD_CLAIM_SECRET_BLOCK: (await start(attack.username)).parameters['SECRET_BLOCK'] ?? '',
    }),
    'with an invented secret block': (attack) => ({
      ...honest(attack),
      PASSWORD_CLAIM_SECRET_BLOCK: Buffer.alloc(96).toString('base64'),
    }),
    'six minutes after its timestamp': (attack) => honest({ ...attack, at: attack.at - 6 * 60_000 }),
    'six minutes before its timestamp': (attack) => honest({ ...attack, at: attack.at + 6 * 60_000 }),
    'whose timestamp was changed': (attack) => ({ ...honest(attack), TIMESTAMP: timestampOf(attack.at + 1000) }),
    'whose timestamp has another weekday': ({ client, parameters, at }) =>
      client.responses(app.UserPoolId, parameters, {
        timestamp: timestampOf(at).replace(/^\w{3}/u, (day) => (day === 'Mon' ? 'Tue' : 'Mon')),
      }),
    'in the name of another user with the same password': async (attack) => ({
      ...honest(attack),
      USERNAME: await app.addUser(),
    }),
    'for a user’s secret block with another user’s verifier': async ({ parameters, at }) => {
      const { client, parameters: own } = await start(await app.addUser());
      const { SALT = '', SRP_B = '' } = own;
      return client.responses(app.UserPoolId, { ...parameters, SALT, SRP_B }, { at });
    },
    'after the password was changed': async (attack) => {
      const { UserPoolId, sdk } = app;
      await sdk.adminSetUserPassword({ UserPoolId, Username: attack.username, Password: 'An0ther!!', Permanent: true });
      return honest(attack);
    },
    'whose signature is empty bytes': (attack) => ({ ...honest(attack), PASSWORD_CLAIM_SIGNATURE: '====' }),
  };

  test.each(Object.entries(attacks))('%s', async (_name, attack) => {
    const username = await app.addUser();
    const responses = await attack({ username, ...(await start(username)), at: emulator.now() });
    await expectRefusal(proveSrp(app, responses), ...INCORRECT);
  });

  test.each([0, 1, 2])(
    'of one who sends A = %i N, and so knows the shared secret without the password',
    async (factor) => {
      const username = await app.addUser();
      const A = BigInt(factor) * SrpClient.N;
      const { ChallengeParameters: parameters = {} } = await startSrp(app, username, A.toString(16));
      const timestamp = timestampOf(emulator.now());
      const { SECRET_BLOCK = '', SRP_B = '' } = parameters;
      const identity = `${app.UserPoolId.split('_')[1]}${username}`;
      const u = SrpClient.scramble(A, BigInt(`0x${SRP_B}`));
      await expectRefusal(
        proveSrp(app, {
          USERNAME: username,
          PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
          TIMESTAMP: timestamp,
          PASSWORD_CLAIM_SIGNATURE: signature(0n, u, identity, SECRET_BLOCK, timestamp),
        }),
        ...INCORRECT,
      );
    },
  );

  test('through another client', async () => {
    const other = await createClient(app.sdk, app.UserPoolId, publicClient);
    const { client, parameters } = await start(await app.addUser());
    const responses = client.responses(app.UserPoolId, parameters, { at: emulator.now() });
    await expectRefusal(proveSrp(other, responses), ...INCORRECT);
  });

  test('of a disabled user', async () => {
    const username = await app.addUser();
    await app.sdk.adminDisableUser({ UserPoolId: app.UserPoolId, Username: username });
    await expectRefusal(
      signInBySrp(app, username, { at: emulator.now() }),
      'NotAuthorizedException',
      'User is disabled.',
    );
  });

  test('after three minutes', async () => {
    const { client, parameters } = await start(await app.addUser());
    emulator.pass({ minutes: 3 });
    const responses = client.responses(app.UserPoolId, parameters, { at: emulator.now() });
    await expectRefusal(proveSrp(app, responses), 'NotAuthorizedException', 'session is expired');
  });

  test.each(['2026-11-05T09:07:03Z', 'Thu Nov 5 9:07 UTC 2026', 'Thu Nov 5 09:07:03 GMT 2026'])(
    'with the timestamp %s',
    async (timestamp) => {
      const { client, parameters } = await start(await app.addUser());
      await expectRefusal(
        proveSrp(app, client.responses(app.UserPoolId, parameters, { timestamp })),
        'InvalidParameterException',
        'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.',
      );
    },
  );

  test.each(['PASSWORD_CLAIM_SECRET_BLOCK', 'PASSWORD_CLAIM_SIGNATURE', 'TIMESTAMP', 'USERNAME'])(
    'without %s',
    async (name) => {
      const { client, parameters } = await start(await app.addUser());
      const { [name]: _left, ...responses } = client.responses(app.UserPoolId, parameters, { at: emulator.now() });
      await expectRefusal(proveSrp(app, responses), 'InvalidParameterException', `Missing required parameter ${name}`);
    },
  );
});

describe('wrong proofs', () => {
  test('lock the user out, for right proofs as well, until the time is over', async () => {
    const username = await app.addUser();
    const at = emulator.now();
    for (let time = 0; time < 5; time += 1)
      await expectRefusal(signInBySrp(app, username, { password: 'wrong', at }), 'NotAuthorizedException', 'Incorrect');
    await expectRefusal(signInBySrp(app, username, { at }), 'NotAuthorizedException', 'Password attempts exceeded');
    emulator.pass({ seconds: 1 });
    await expect(signInBySrp(app, username, { at: emulator.now() })).resolves.toHaveProperty('AuthenticationResult');
  });
});
