import { describe, expect, test } from '@jest/globals';
import type { LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider';
import { beforeTests, createApp, expectRefusal, useEmulator, type App } from '../emulator.js';

const emulator = useEmulator();
const plus = beforeTests(() => createApp(emulator, { UserPoolTier: 'PLUS' }));

const CloudWatchLogsConfiguration = { LogGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:cognito' };
const S3Configuration = { BucketArn: 'arn:aws:s3:::bucket' };
const errors = { EventSource: 'userNotification', LogLevel: 'ERROR', CloudWatchLogsConfiguration } as const;
const signIns = { EventSource: 'userAuthEvents', LogLevel: 'INFO', S3Configuration } as const;

const set = ({ sdk, UserPoolId }: App, ...LogConfigurations: LogConfigurationType[]) =>
  sdk.setLogDeliveryConfiguration({ UserPoolId, LogConfigurations });
const stored = async ({ sdk, UserPoolId }: App) =>
  (await sdk.getLogDeliveryConfiguration({ UserPoolId })).LogDeliveryConfiguration?.LogConfigurations;

describe('the log delivery of a pool', () => {
  test('is replaced as a whole, over a restart', async () => {
    expect(await stored(plus)).toStrictEqual([]);
    await set(plus, errors, signIns);
    await emulator.restart();
    expect(await stored(plus)).toStrictEqual([errors, signIns]);
    await set(plus);
    expect(await stored(plus)).toStrictEqual([]);
  });

  test('has sign-ins in the PLUS tier only', async () => {
    await expectRefusal(
      set(await createApp(emulator), signIns),
      'FeatureUnavailableInTierException',
      'Logging of userAuthEvents is not available in the ESSENTIALS tier, but in PLUS.',
    );
  });

  test.each([
    ['a source twice', [errors, errors], 'only once'],
    ['a source without a destination', [{ ...errors, CloudWatchLogsConfiguration: undefined }], 'one destination'],
    ['a source with two destinations', [{ ...signIns, CloudWatchLogsConfiguration }], 'one destination'],
    ['errors of another level', [{ ...errors, LogLevel: 'INFO' }], 'must be ERROR'],
    ['errors in a bucket', [{ ...errors, CloudWatchLogsConfiguration: undefined, S3Configuration }], 'CloudWatch'],
  ] as [string, LogConfigurationType[], string][])('can not have %s', async (_name, logs, message) => {
    await expectRefusal(set(plus, ...logs), 'InvalidParameterException', message);
  });
});
