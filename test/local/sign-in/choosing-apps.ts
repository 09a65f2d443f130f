import type { RespondToAuthChallengeCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { beforeTests, createApp, useEmulator, type App } from '../emulator.js';

export const choosing = { GenerateSecret: false, ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const] };
export const SignInPolicy = { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] };

/** A pool that permits a code by e-mail as first factor, and one with Cognito's default, a password alone. */
export function useChoosingApps() {
  const emulator = useEmulator();
  const app = beforeTests(() => createApp(emulator, { Policies: { SignInPolicy } }, choosing));
  const passwordsOnly = beforeTests(() => createApp(emulator, {}, choosing));

  let people = 0;
  async function userWithEmail() {
    people += 1;
    const email = `person${people}@example.com`;
    return { email, username: await app.addUser({ email, email_verified: 'true' }) };
  }

  return { emulator, app, passwordsOnly, userWithEmail };
}

/** Starts USER_AUTH. */
export const start = ({ sdk, ClientId }: App, USERNAME: string, parameters: Record<string, string> = {}) =>
  sdk.initiateAuth({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME, ...parameters } });

export const answer = (
  { sdk, ClientId }: App,
  ChallengeName: RespondToAuthChallengeCommandInput['ChallengeName'],
  Session: string | undefined,
  ChallengeResponses: Record<string, string>,
) => sdk.respondToAuthChallenge({ ClientId, ChallengeName, Session, ChallengeResponses });
