import type { RespondToAuthChallengeCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { totp } from '../../../app/local/cognito/mfa/totp.js';
import { beforeTests, createApp, useEmulator, type App, type Emulator } from '../emulator.js';

export const SoftwareTokenMfaConfiguration = { Enabled: true };
export const EmailMfaConfiguration = { Message: 'Your code: {####}', Subject: 'Code' };

const publicClient = {
  GenerateSecret: false,
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_USER_SRP_AUTH' as const],
};

/** An app whose pool has both factors, optional or required; or none. */
async function createMfaApp(emulator: Emulator, MfaConfiguration: 'OFF' | 'ON' | 'OPTIONAL'): Promise<App> {
  const app = await createApp(emulator, {}, publicClient);
  const factors = MfaConfiguration === 'OFF' ? {} : { SoftwareTokenMfaConfiguration, EmailMfaConfiguration };
  await app.sdk.setUserPoolMfaConfig({ UserPoolId: app.UserPoolId, MfaConfiguration, ...factors });
  return app;
}

/** Pools where a second factor is optional, required, and off, and their users' authenticators. */
export function useMfaApps() {
  const emulator = useEmulator();
  const optional = beforeTests(() => createMfaApp(emulator, 'OPTIONAL'));
  const required = beforeTests(() => createMfaApp(emulator, 'ON'));
  const off = beforeTests(() => createMfaApp(emulator, 'OFF'));

  const codeOf = (secret: string | undefined, steps = 0) =>
    totp(secret ?? '', Math.floor(emulator.now() / 30_000) + steps);

  /** The next 30-second step, whose code was not used. */
  const nextStep = () => emulator.pass({ seconds: 30 });

  /** A user with a verified authenticator that every sign-in asks for; the clock is at a step whose code is unused. */
  async function userWithToken(attributes = {}) {
    const username = await optional.addUser(attributes);
    const { sdk } = optional;
    const AccessToken = (await optional.signIn(username)).AuthenticationResult?.AccessToken;
    const { SecretCode = '' } = await sdk.associateSoftwareToken({ AccessToken });
    await sdk.verifySoftwareToken({ AccessToken, UserCode: codeOf(SecretCode), FriendlyDeviceName: 'phone' });
    const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
    await sdk.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings });
    nextStep();
    return { username, AccessToken, SecretCode };
  }

  return { emulator, optional, required, off, codeOf, nextStep, userWithToken };
}

type ChallengeName = RespondToAuthChallengeCommandInput['ChallengeName'];

/** Answers a challenge of a client without a secret. */
export function answer(
  { sdk, ClientId }: App,
  username: string,
  challenge: { ChallengeName?: ChallengeName; Session?: string | undefined },
  responses: Record<string, string> = {},
) {
  const { ChallengeName, Session } = challenge;
  return sdk.respondToAuthChallenge({
    ClientId,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: username, ...responses },
  });
}

export const answerCode = (app: App, username: string, Session: string | undefined, SOFTWARE_TOKEN_MFA_CODE: string) =>
  answer(app, username, { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session }, { SOFTWARE_TOKEN_MFA_CODE });
