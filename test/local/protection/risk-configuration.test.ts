import { describe, expect, test } from '@jest/globals';
import type { SetRiskConfigurationRequest } from '@aws-sdk/client-cognito-identity-provider';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() =>
  createApp(emulator, { UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } }),
);

type Risks = Omit<SetRiskConfigurationRequest, 'UserPoolId'>;

const blocked: Risks = {
  CompromisedCredentialsRiskConfiguration: { EventFilter: ['SIGN_IN'], Actions: { EventAction: 'BLOCK' } },
  RiskExceptionConfiguration: { BlockedIPRangeList: ['192.0.2.0/24', '2001:db8::/32'] },
};
const takeover: Risks = {
  AccountTakeoverRiskConfiguration: {
    Actions: { HighAction: { Notify: true, EventAction: 'MFA_REQUIRED' } },
    NotifyConfiguration: {
      SourceArn: 'arn:aws:ses:us-east-1:000000000000:identity/a@example.com',
      BlockEmail: { Subject: 'Blocked', TextBody: 'Your sign-in was blocked.' },
    },
  },
};

const set = (risks: Risks) => app.sdk.setRiskConfiguration({ UserPoolId: app.UserPoolId, ...risks });
const describeFor = async (ClientId?: string) =>
  (await app.sdk.describeRiskConfiguration({ UserPoolId: app.UserPoolId, ClientId })).RiskConfiguration;

describe('the risk configuration', () => {
  test("is the pool's where a client has none, over a restart, and returns to the defaults", async () => {
    const { ClientId } = app;
    await set(blocked);
    await set({ ClientId, ...takeover });
    await emulator.restart();
    expect(await describeFor()).toMatchObject(blocked);
    expect(await describeFor(ClientId)).toMatchObject({ ClientId, ...takeover });
    expect(await describeFor(ClientId)).not.toHaveProperty('RiskExceptionConfiguration');
    await set({ ClientId });
    expect(await describeFor(ClientId)).toMatchObject(blocked);
    await set({});
    expect(await describeFor(ClientId)).toStrictEqual({ UserPoolId: app.UserPoolId });
  });

  test('needs threat protection, which needs the PLUS tier', async () => {
    const { sdk, UserPoolId } = await createApp(emulator);
    for (const work of [
      sdk.setRiskConfiguration({ UserPoolId, ...blocked }),
      sdk.describeRiskConfiguration({ UserPoolId }),
    ])
      await expectRefusal(work, 'UserPoolAddOnNotEnabledException', 'Threat protection is not enabled');
    await expectRefusal(
      createApp(emulator, { UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } }),
      'FeatureUnavailableInTierException',
      'not available in the ESSENTIALS tier',
    );
  });

  test.each([
    ['a range that is none', { RiskExceptionConfiguration: { BlockedIPRangeList: ['192.0.2.0/33'] } }, 'CIDR'],
    ['an address without a length', { RiskExceptionConfiguration: { SkippedIPRangeList: ['192.0.2.1'] } }, 'CIDR'],
    [
      'a notification that nothing describes',
      { AccountTakeoverRiskConfiguration: { Actions: { LowAction: { Notify: true, EventAction: 'BLOCK' } } } },
      'NotifyConfiguration is required',
    ],
    [
      'an unknown action',
      { CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: 'SHRUG' as 'BLOCK' } } },
      'enum value set: [BLOCK, NO_ACTION]',
    ],
  ] satisfies [string, Risks, string][])('can not have %s', async (_name, risks, message) => {
    await expectRefusal(set(risks), 'InvalidParameterException', message);
  });
});

test('threat protection that is enforced is refused, since the emulator would not enforce it', async () => {
  for (const UserPoolAddOns of [
    { AdvancedSecurityMode: 'ENFORCED' },
    { AdvancedSecurityMode: 'AUDIT', AdvancedSecurityAdditionalFlows: { CustomAuthMode: 'ENFORCED' } },
  ] as const)
    await expectRefusal(
      createApp(emulator, { UserPoolTier: 'PLUS', UserPoolAddOns }),
      'InvalidParameterException',
      'Threat protection in the mode ENFORCED is not supported by the local Cognito emulator.',
    );
});
