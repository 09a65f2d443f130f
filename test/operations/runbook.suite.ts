import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { readClaims } from '../../app/cli/session/session.js';
import { secretHash } from '../../app/cli/session/secret-hash.js';
import { defineTable } from '../../app/platform/dynamodb/table-definition.js';
import { createTable } from '../../app/platform/dynamodb/table.js';
import { createRevocations } from '../../app/platform/revocation/revocations.js';
import { RUNBOOK, runbookBlock } from '../harness/runbook.js';
import type { Cloud } from '../cloud/cloud.js';
import { known } from '../cloud/deployed.js';
import { MACHINES, PERSON, POOL, ROUTE_OF_POOL, startIncident, type Incident } from './incident.js';
import { signInAgain } from '../cloud/people.js';
import { pathOf } from '../cloud/probes.js';
import { runbookChanges } from './runbook-changes.suite.js';
import { describeWith } from '../harness/tools.js';

/** What the emulated AWS can't do: test/cli/runbook.test.ts tries it on the local Cognito. */
const NOT_IN_EMULATOR = 'secret rotate';

/** Sections that restoring tries, in restore.suite.ts. */
const RESTORING = new Set(['Lost or damaged items: restore the table', 'Export the users']);

/** The commands of `infra/RUNBOOK.md`, as they stand there. */
export function runbook(cloud: () => Cloud) {
  describeWith(
    'aws',
    'jq',
    'curl',
  )('the runbook', () => {
    let started: Incident | undefined;
    const incident = () => known(started);
    const succeed: Incident['succeed'] = (...args) => incident().succeed(...args);
    const cognito = () => new CognitoIdentityProviderClient(cloud().emulator.client);
    const profile = () => known(cloud().outputs.profile.value.pools[POOL]);

    /** What revocable routes of the deployment know of a person of the pool, in seconds since the epoch. */
    async function revokedBefore(subject: string) {
      const { outputs, emulator } = cloud();
      const log = pino({ level: 'silent' });
      const table = createTable({ name: outputs.table_name.value, ...emulator.client, definition: defineTable(), log });
      const notBefore = await createRevocations(table).notBefore({ pool: POOL, subject }, Date.now() + 10_000);
      table.close();
      return notBefore;
    }

    beforeAll(async () => {
      started = await startIncident(cloud());
      await writeFile(join(started.operator.directory, 'leaked-token'), `${started.person.accessToken}\n`);
    }, 60_000);
    afterAll(() => started?.stop());

    test('begins with what the incident is about, and gets the rest from Terraform', async () => {
      const start = 'Before the first command';
      const names = runbookBlock(start, 'DEPLOYMENT=').text.match(/\w+(?==)/g);
      expect(names?.toSorted()).toEqual(['DEPLOYMENT', ...Object.keys(incident().env)].toSorted());
      await succeed(start, 'DEPLOYMENT=');

      const found = ['POOL_ID', 'JWKS_URI', 'FUNCTION', 'API_URL'];
      const print = `printf '%s\\n' ${found.map((name) => `"$${name}"`).join(' ')}`;
      const { stdout } = await succeed(start, 'output -json profile', {
        change: (commands) => `${commands}\n${print}`,
      });
      const { profile: output, function_name } = cloud().outputs;
      const { userPoolId, jwksUri } = profile();
      expect(stdout.trim().split('\n')).toEqual([userPoolId, jwksUri, function_name.value, output.value.apiUrl]);
      // Where the deployment runs in these tests, instead of in AWS.
      const [JWKS_URI, API_URL] = [cloud().emulator.jwksUri(userPoolId), incident().apiUrl()];
      incident().env = { ...incident().env, POOL_ID: userPoolId, FUNCTION: function_name.value, JWKS_URI, API_URL };
    });

    describe('after a token leaked', () => {
      test('says whose it is', async () => {
        const { stdout } = await succeed('Leaked token', 'fromjson');
        const { sub, exp } = readClaims(incident().person.accessToken);
        expect(JSON.parse(stdout)).toMatchObject({ iss: profile().issuer, sub, exp, username: PERSON });
      });

      test('signs the person out: no renewal, and the token itself works where it is not looked up', async () => {
        const { clientId: ClientId, clientSecret } = profile();
        const renew = (REFRESH_TOKEN: string) => {
          const SECRET_HASH = secretHash(clientSecret ?? '', PERSON, ClientId);
          const AuthParameters = { REFRESH_TOKEN, SECRET_HASH };
          return cognito().send(new InitiateAuthCommand({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters }));
        };
        const { refreshToken } = await signInAgain(cloud(), POOL, PERSON);
        expect((await renew(refreshToken)).AuthenticationResult).toHaveProperty('AccessToken');
        await succeed('Leaked token', 'user sign-out');
        await expect(renew(refreshToken)).rejects.toThrow('Refresh Token has been revoked');
        expect(await incident().outcomes(incident().person.accessToken, ROUTE_OF_POOL)).toEqual([
          'accepted',
          'accepted',
        ]);
        const { sub: subject = '', iat = Infinity } = readClaims(incident().person.accessToken);
        expect(await revokedBefore(subject)).toBeGreaterThan(iat);
      });

      test('finds what was called with it, and nothing of others', async () => {
        const { sub: subject = '' } = readClaims(incident().person.accessToken);
        const logs = new CloudWatchLogsClient(cloud().emulator.client);
        const stream = {
          logGroupName: `/aws/lambda/${cloud().outputs.function_name.value}`,
          logStreamName: 'of-the-runbook',
        };
        const lines = [subject, 'somebody-else'].map((each) => JSON.stringify({ pool: POOL, subject: each }));
        await logs.send(new CreateLogStreamCommand(stream));
        const logEvents = lines.map((message) => ({ timestamp: Date.now(), message }));
        await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));

        const section = 'What was done with it';
        expect((await succeed(section, 'admin-get-user')).stdout.trim()).toBe(subject);
        const { stdout } = await succeed(section, 'filter-log-events', { env: { SUBJECT: subject } });
        expect(stdout.trim()).toBe(lines[0]);
      });
    });

    test('says which keys a pool has', async () => {
      const { stdout } = await succeed('Compromised signing key', 'curl');
      const [header = ''] = incident().person.accessToken.split('.');
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
      expect(stdout.trim().split('\n')).toContain(kid);
    });

    test("turns off an operator's AWS credentials", async () => {
      const iam = new IAMClient(cloud().emulator.client);
      const OPERATOR = 'operator-of-the-runbook';
      await iam.send(new CreateUserCommand({ UserName: OPERATOR }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: OPERATOR }));
      const env = { OPERATOR, ACCESS_KEY: known(AccessKey?.AccessKeyId) };
      await succeed('Stolen operator profile', 'update-access-key', { env });
      const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: OPERATOR }));
      expect(AccessKeyMetadata?.map(({ Status }) => Status)).toEqual(['Inactive']);
    });

    runbookChanges(cloud, incident);

    test('locks a user out: no sign-in, and the last token works until it expires', async () => {
      const { accessToken } = await signInAgain(await incident().deployment(), POOL, PERSON);
      const { sub: subject = '', iat = Infinity } = readClaims(accessToken);
      expect(await revokedBefore(subject)).toBeLessThanOrEqual(iat);
      await succeed('A user to lock out now', 'user disable');
      expect(await revokedBefore(subject)).toBeGreaterThan(iat);
      await expect(signInAgain(await incident().deployment(), POOL, PERSON)).rejects.toThrow('disabled');
      expect((await succeed('A user to lock out now', 'user list')).stdout).toMatch(
        new RegExp(`^${PERSON} .* disabled$`, 'm'),
      );
      expect(await incident().outcomes(accessToken, ROUTE_OF_POOL)).toEqual(['accepted', 'accepted']);
    });

    test('says whether a token is refused', async () => {
      const method = (commands: string) =>
        commands
          .replace('-X GET', `-X ${ROUTE_OF_POOL.method}`)
          .replace('$API_URL/', `$API_URL${pathOf(ROUTE_OF_POOL)}`);
      const env = { API_URL: incident().apiUrl() };
      expect((await succeed('Leaked token', 'curl', { env, change: method })).stdout).toBe('401\n');
    });

    test('has no other command', () => {
      const tried = (text: string) =>
        text.includes(NOT_IN_EMULATOR) || (MACHINES.length === 0 && text.includes('MACHINE'));
      const { operator } = incident();
      const own = RUNBOOK.filter(({ section }) => !RESTORING.has(section));
      expect(own.filter((block) => !operator.tried.has(block) && !tried(block.text))).toEqual([]);
    });
  });
}
