import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

const certificate = (id: string) => `arn:aws:acm:us-east-1:000000000000:certificate/${id}`;
const Domain = 'auth.example.com';

describe('a custom domain', () => {
  test('stands beside the prefix domain, and has a certificate that is replaced', async () => {
    const { sdk, UserPoolId } = app;
    await sdk.createUserPoolDomain({ UserPoolId, Domain: 'prefix' });
    const created = await sdk.createUserPoolDomain({
      UserPoolId,
      Domain,
      ManagedLoginVersion: 2,
      CustomDomainConfig: { CertificateArn: certificate('one') },
    });
    expect(created).toMatchObject({ ManagedLoginVersion: 2, CloudFrontDomain: expect.any(String) as unknown });
    const CustomDomainConfig = { CertificateArn: certificate('two'), SecurityPolicy: 'TLS_V1_3_2025' } as const;
    await sdk.updateUserPoolDomain({ UserPoolId, Domain, CustomDomainConfig });
    await emulator.restart();
    expect((await sdk.describeUserPoolDomain({ Domain })).DomainDescription).toMatchObject({
      UserPoolId,
      Domain,
      CustomDomainConfig,
      ManagedLoginVersion: 2,
    });
    const { UserPool } = await sdk.describeUserPool({ UserPoolId });
    expect([UserPool?.Domain, UserPool?.CustomDomain]).toStrictEqual(['prefix', Domain]);
    await sdk.deleteUserPoolDomain({ UserPoolId, Domain: 'prefix' });
    await expectRefusal(sdk.deleteUserPool({ UserPoolId }), 'InvalidParameterException', 'has a domain configured');
    await sdk.deleteUserPoolDomain({ UserPoolId, Domain });
    expect((await sdk.describeUserPoolDomain({ Domain })).DomainDescription).toStrictEqual({});
  });

  test.each([
    ['without a certificate', { Domain }, 'needs a CustomDomainConfig'],
    [
      'with a certificate of another Region',
      { CertificateArn: certificate('x').replace('us-east-1', 'eu-west-1') },
      'us-east-1',
    ],
    ['by a name without a dot', { Domain: 'localhost', CertificateArn: certificate('x') }, 'not a valid domain name'],
    ['by a name with an empty label', { Domain: 'a..example.com', CertificateArn: certificate('x') }, 'not a valid'],
  ] as [string, { Domain?: string; CertificateArn?: string }, string][])(
    'can not be created %s',
    async (_name, { CertificateArn, ...change }, message) => {
      const CustomDomainConfig = CertificateArn === undefined ? undefined : { CertificateArn };
      const { sdk, UserPoolId } = app;
      await expectRefusal(
        sdk.createUserPoolDomain({ UserPoolId, Domain, CustomDomainConfig, ...change }),
        'InvalidParameterException',
        message,
      );
    },
  );

  test('can not fail over to a Region where the pool has no replica', async () => {
    const { sdk, UserPoolId } = app;
    const Failover = { SecondaryRegion: 'us-west-2', PrimaryRoute53HealthCheckId: 'check' };
    await expectRefusal(
      sdk.createUserPoolDomain({ UserPoolId, Domain: 'failing', Routing: { Failover } }),
      'InvalidParameterException',
      'no replica in us-west-2',
    );
  });
});

describe('a domain', () => {
  test('is described, updated and deleted', async () => {
    const { sdk, UserPoolId } = await createApp(emulator);
    const domain = { UserPoolId, Domain: 'restaurant' };
    expect((await sdk.describeUserPoolDomain(domain)).DomainDescription).toStrictEqual({});
    await sdk.createUserPoolDomain(domain);
    await sdk.updateUserPoolDomain({ ...domain, ManagedLoginVersion: 2 });
    expect((await sdk.describeUserPoolDomain(domain)).DomainDescription).toMatchObject({
      ...domain,
      Status: 'ACTIVE',
      ManagedLoginVersion: 2,
    });
    await expectRefusal(
      sdk.deleteUserPoolDomain({ UserPoolId, Domain: 'elsewhere' }),
      'InvalidParameterException',
      'No such domain or user pool exists.',
    );
    await sdk.deleteUserPoolDomain(domain);
    expect((await sdk.describeUserPoolDomain(domain)).DomainDescription).toStrictEqual({});
  });

  test.each(['my-aws-kitchen', 'amazonas', 'cognito'])('can not hold a reserved word: %s', async (Domain) => {
    await expectRefusal(
      app.sdk.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain }),
      'InvalidParameterException',
      'Domain cannot contain reserved word: ',
    );
  });
});
