import { describe, expect, test } from '@jest/globals';
import { claimsOf, createApp, expectRefusal, PASSWORD, useEmulator, type App } from '../emulator.js';
import { SrpClient } from '../sign-in/srp-client.js';
import { recorder } from './trigger-of.js';

const { triggerOf, eventsOf } = recorder();

/** A riddle: three answers at most, two where the password comes first. */
const riddle = (poolName: string) => [
  triggerOf(poolName, 'defineAuthChallenge', ({ request: { session }, response }) => {
    const last = session.at(-1);
    response.issueTokens = last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult;
    response.failAuthentication = !response.issueTokens && session.length >= 3;
    response.challengeName = last?.challengeName === 'SRP_A' ? 'PASSWORD_VERIFIER' : 'CUSTOM_CHALLENGE';
  }),
  triggerOf(poolName, 'createAuthChallenge', ({ request: { session }, response }) => {
    response.publicChallengeParameters = { question: `${session.length} + 1` };
    response.privateChallengeParameters = { answer: String(session.length + 1) };
    response.challengeMetadata = `riddle-${session.length}`;
  }),
  triggerOf(poolName, 'verifyAuthChallengeResponse', ({ request, response }) => {
    response.answerCorrect = request.privateChallengeParameters['answer'] === request.challengeAnswer;
  }),
];

const emulator = useEmulator({
  triggers: {
    triggers: [
      ...riddle('riddle'),
      triggerOf('undecided', 'defineAuthChallenge', () => undefined),
      triggerOf('half', 'defineAuthChallenge', ({ response }) => {
        response.challengeName = 'CUSTOM_CHALLENGE';
      }),
      triggerOf('too soon', 'defineAuthChallenge', ({ response }) => {
        response.challengeName = 'PASSWORD_VERIFIER';
      }),
      triggerOf('vague', 'defineAuthChallenge', (event) => ({ ...event, response: { issueTokens: 'yes' } })),
    ],
  },
});

const appOf = (PoolName: string, hides = true) =>
  createApp(
    emulator,
    { PoolName },
    {
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
      PreventUserExistenceErrors: hides ? 'ENABLED' : 'LEGACY',
    },
  );

const start = ({ sdk, ClientId }: App, USERNAME: string, parameters: Record<string, string> = {}) =>
  sdk.initiateAuth({ ClientId, AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME, ...parameters } });

const answer = ({ sdk, ClientId }: App, USERNAME: string, Session: string | undefined, ANSWER: string) =>
  sdk.respondToAuthChallenge({
    ClientId,
    Session,
    ChallengeName: 'CUSTOM_CHALLENGE',
    ChallengeResponses: { USERNAME, ANSWER },
    ClientMetadata: { device: 'phone' },
  });

describe('a sign-in by CUSTOM_AUTH', () => {
  test('asks what the triggers make, once more after a wrong answer, and ends with tokens after the right one', async () => {
    const app = await appOf('riddle');
    const name = await app.addUser({ email: 'ann@example.com' });
    const first = await start(app, name);
    expect(first).toMatchObject({
      ChallengeName: 'CUSTOM_CHALLENGE',
      ChallengeParameters: { USERNAME: name, question: '0 + 1' },
    });
    expect(JSON.stringify(first)).not.toContain('answer');
    const second = await answer(app, name, first.Session, '7');
    expect(second).toMatchObject({ ChallengeName: 'CUSTOM_CHALLENGE', ChallengeParameters: { question: '1 + 1' } });
    await expectRefusal(answer(app, name, first.Session, '1'), 'NotAuthorizedException', 'Invalid session');
    const { AuthenticationResult } = await answer(app, name, second.Session, '2');
    expect(claimsOf(AuthenticationResult?.IdToken)).toMatchObject({ email: 'ann@example.com' });

    const session = [{ challengeName: 'CUSTOM_CHALLENGE', challengeResult: false, challengeMetadata: 'riddle-0' }];
    const userAttributes = { 'cognito:user_status': 'CONFIRMED', email: 'ann@example.com' };
    const clientMetadata = { device: 'phone' };
    expect(eventsOf('riddle').slice(0, 5)).toMatchObject([
      {
        version: '1',
        triggerSource: 'DefineAuthChallenge_Authentication',
        userName: name,
        callerContext: { clientId: app.ClientId },
        request: { userAttributes, session: [], userNotFound: false },
        response: { challengeName: null, issueTokens: null, failAuthentication: null },
      },
      {
        triggerSource: 'CreateAuthChallenge_Authentication',
        request: { userAttributes, challengeName: 'CUSTOM_CHALLENGE', session: [] },
        response: { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
      },
      {
        triggerSource: 'VerifyAuthChallengeResponse_Authentication',
        request: { privateChallengeParameters: { answer: '1' }, challengeAnswer: '7', clientMetadata },
        response: { answerCorrect: null },
      },
      { triggerSource: 'DefineAuthChallenge_Authentication', request: { session, clientMetadata } },
      { triggerSource: 'CreateAuthChallenge_Authentication', request: { session } },
    ]);
  });

  test('fails when the trigger says so, here after three wrong answers', async () => {
    const app = await appOf('riddle');
    const name = await app.addUser();
    const first = await start(app, name);
    const second = await answer(app, name, first.Session, 'x');
    const third = await answer(app, name, second.Session, 'x');
    const INCORRECT = 'Incorrect username or password.';
    await expectRefusal(answer(app, name, third.Session, 'x'), 'NotAuthorizedException', INCORRECT);
    await expectRefusal(answer(app, name, third.Session, '3'), 'NotAuthorizedException', 'Invalid session');
  });

  test('by an administrator works too', async () => {
    const { sdk, UserPoolId, ClientId, addUser } = await createApp(
      emulator,
      { PoolName: 'riddle' },
      { GenerateSecret: false, ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] },
    );
    const USERNAME = await addUser();
    const begun = { UserPoolId, ClientId, AuthFlow: 'CUSTOM_AUTH' as const, AuthParameters: { USERNAME } };
    const { Session } = await sdk.adminInitiateAuth(begun);
    const ChallengeResponses = { USERNAME, ANSWER: '1' };
    const answered = { UserPoolId, ClientId, Session, ChallengeName: 'CUSTOM_CHALLENGE' as const, ChallengeResponses };
    expect(await sdk.adminRespondToAuthChallenge(answered)).toHaveProperty('AuthenticationResult.AccessToken');
  });

  test('may begin with the password by SRP', async () => {
    const app = await appOf('riddle');
    const name = await app.addUser();
    const { sdk, ClientId, UserPoolId } = app;
    const prove = async (password: string) => {
      const client = new SrpClient();
      const opened = await start(app, name, { CHALLENGE_NAME: 'SRP_A', SRP_A: client.A.toString(16) });
      expect(opened.ChallengeName).toBe('PASSWORD_VERIFIER');
      const proof = client.responses(UserPoolId, opened.ChallengeParameters, { password, at: emulator.now() });
      return sdk.respondToAuthChallenge({ ClientId, ChallengeName: 'PASSWORD_VERIFIER', ChallengeResponses: proof });
    };
    await expectRefusal(prove('Wr0ng-password'), 'NotAuthorizedException', 'Incorrect username or password.');
    const proved = await prove(PASSWORD);
    expect(proved).toMatchObject({ ChallengeName: 'CUSTOM_CHALLENGE', ChallengeParameters: { question: '2 + 1' } });
    expect(eventsOf('riddle').findLast(({ triggerSource }) => triggerSource.startsWith('Define'))).toMatchObject({
      request: {
        session: [
          { challengeName: 'SRP_A', challengeResult: true },
          { challengeName: 'PASSWORD_VERIFIER', challengeResult: true },
        ],
      },
    });
    expect(await answer(app, name, proved.Session, '3')).toHaveProperty('AuthenticationResult.AccessToken');
  });

  test('asks a name that nobody has as well, tells the triggers, and never gives it tokens', async () => {
    const app = await appOf('riddle');
    const { Session, ChallengeParameters } = await start(app, 'nobody');
    expect(ChallengeParameters).toEqual({ USERNAME: 'nobody', question: '0 + 1' });
    expect(eventsOf('riddle').at(-1)).toMatchObject({ request: { userAttributes: {}, userNotFound: true } });
    await expectRefusal(answer(app, 'no one', Session, '1'), 'NotAuthorizedException', 'Invalid session');
    await expectRefusal(answer(app, 'nobody', Session, '1'), 'NotAuthorizedException', 'Incorrect username');
    await expectRefusal(start(await appOf('riddle', false), 'nobody'), 'UserNotFoundException', 'does not exist');
  });

  test('of a disabled user ends without tokens, and a session of one user is none of another', async () => {
    const app = await appOf('riddle');
    const [ann, bob] = [await app.addUser(), await app.addUser()];
    const { Session } = await start(app, ann);
    await expectRefusal(answer(app, bob, Session, '1'), 'NotAuthorizedException', 'Invalid session');
    await app.sdk.adminDisableUser({ UserPoolId: app.UserPoolId, Username: ann });
    await expectRefusal(answer(app, ann, Session, '1'), 'NotAuthorizedException', 'User is disabled.');
  });
});

const UNRECOGNIZABLE = 'Unrecognizable lambda output';
const MISSING = 'Custom auth lambda trigger is not configured for the user pool.';

test.each([
  ['undecided', 'InvalidLambdaResponseException', UNRECOGNIZABLE],
  ['too soon', 'InvalidLambdaResponseException', UNRECOGNIZABLE],
  ['vague', 'InvalidLambdaResponseException', UNRECOGNIZABLE],
  ['half', 'InvalidParameterException', MISSING],
  ['without triggers', 'InvalidParameterException', MISSING],
])('in a pool whose trigger is %s it is refused: %s', async (poolName, type, message) => {
  const app = await appOf(poolName);
  await expectRefusal(start(app, await app.addUser()), type, message);
});

test('a client without the flow is refused', async () => {
  const app = await createApp(emulator, { PoolName: 'riddle' }, { GenerateSecret: false });
  const refusal = 'CUSTOM_AUTH flow not enabled for this client';
  await expectRefusal(start(app, 'ann'), 'InvalidParameterException', refusal);
});
