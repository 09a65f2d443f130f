import { execFile, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  GetAliasCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { KEPT_VERSIONS } from '../../app/cli/release/live-alias.js';
import { routes } from '../../app/api/routes.js';
import type { CarriedKey } from '../../app/cli/release/signing-keys.js';
import { BROKEN_VERSIONS, buildVersion, NEXT_VERSION } from './built-versions.js';
import { callInKeyOutage } from './key-outage.js';
import type { Cloud } from '../cloud/cloud.js';
import { known, readDeployed, type Deployed } from '../cloud/deployed.js';
import { packageFolder } from '../cloud/package.js';
import { pathOf } from '../cloud/probes.js';
import type { Environment } from '../cloud/provider.js';
import { deployedApi } from '../cloud/serve.js';
import type { Run } from '../cloud/terraform.js';
import { startLoopbackServer } from '../lambda/loopback-server.js';

/** The name of the tfvars file that these tests deploy with. */
const VARS = 'releases';

/** How a version gets calls and loses them, as an operator or a pipeline has it: by make, without a terminal. */
export function releases(cloud: () => Cloud) {
  describe('a release', () => {
    let directory: string;
    let environment: Environment;
    /** The command, and what it reads from stdin. */
    let bin: string;
    let outputs: string;
    let before: Deployed;
    let deployed: Deployed;

    const lambda = () => new LambdaClient(cloud().emulator.client);
    const name = () => cloud().outputs.function_name.value;

    async function alias() {
      const found = await lambda().send(new GetAliasCommand({ FunctionName: name(), Name: 'live' }));
      return { version: known(found.FunctionVersion), weights: found.RoutingConfig?.AdditionalVersionWeights ?? {} };
    }

    function make(...target: string[]) {
      // What the build and `init` would make is there.
      const old = ['build', 'where', 'infra/.terraform'].flatMap((made) => ['-o', made]);
      return new Promise<Run>((done) => {
        const child = execFile(
          'make',
          ['--no-print-directory', ...old, ...target, `VARS=${VARS}`],
          { cwd: directory, env: environment },
          (error, stdout, stderr) => done({ status: Number(error?.code ?? 0), stdout, text: stdout + stderr }),
        );
        child.stdin?.end();
      });
    }

    const plan = () =>
      cloud().terraform.run(
        'plan',
        '-lock=false',
        '-detailed-exitcode',
        ...cloud().options,
        `-var-file=${VARS}.tfvars`,
      );

    /** Publishes a version without Terraform. */
    async function publish(zip: string): Promise<string> {
      const { emulator, invokable } = cloud();
      const code = { FunctionName: name(), ZipFile: await readFile(zip), Publish: true };
      const client = new LambdaClient({ ...emulator.client, endpoint: invokable.url });
      return known((await client.send(new UpdateFunctionCodeCommand(code))).Version);
    }

    /** The command, under way. */
    function start(release: Readonly<Record<string, number>>, subcommand = 'release') {
      const input = JSON.stringify({ ...(JSON.parse(outputs) as object), release: { value: release } });
      const child = spawn(process.execPath, [bin, subcommand], { cwd: directory, env: environment });
      child.stdin.end(input);
      let text = '';
      const ended = new Promise<{ status: number | null; text: string }>((done) => {
        child.once('close', (status) => done({ status, text }));
      });
      const said = (pattern: RegExp) =>
        new Promise<void>((done, fail) => {
          const look = () => pattern.test(text) && done();
          child.stderr.on('data', look);
          void ended.then(() => fail(new Error(`The command ended without ${pattern}:\n${text}`)));
        });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      return { child, ended, said };
    }

    beforeAll(async () => {
      const { scratch, terraform, options, emulator } = cloud();
      directory = join(scratch, 'releases');
      await mkdir(directory);
      const linked = { infra: terraform.folder, dist: resolve('dist'), Makefile: resolve('Makefile') };
      for (const [link, target] of Object.entries(linked)) await symlink(target, join(directory, link));
      bin = resolve('dist/cli', known((await readdir('dist/cli')).find((file) => file.endsWith('.cjs'))));
      environment = { ...terraform.environment, TF_CLI_ARGS_apply: options.join(' ') };

      const next = await packageFolder(scratch, 'next');
      await buildVersion(join(next, 'lambda.zip'), NEXT_VERSION);
      await writeFile(
        join(terraform.folder, `${VARS}.tfvars`),
        `package_dir = "${next}"\nrelease = { watch_seconds = 0, weight = 0.25 }\n`,
      );
      before = await readDeployed(emulator);
    }, 60_000);

    test('does not begin where nobody can approve the plan', async () => {
      const refused = await make('deploy');
      expect(refused.status).toBe(2);
      expect(refused.text).toContain('No terminal to ask on whether to apply the plan');
      expect(await readDeployed(cloud().emulator)).toEqual(before);
    });

    test('shifts all calls to what Terraform published, once it is checked, and leaves Terraform nothing to do', async () => {
      const done = await make('deploy', 'APPROVE=yes');
      expect(done).toMatchObject({ status: 0 });
      const { version } = await alias();
      expect(version).not.toBe(before.function.version);
      expect(done.text).toMatch(
        new RegExp(
          [
            `Keys:   \\d+ of ${Object.keys(cloud().documents.pools).length} pools, for the functions to start with\\.[^]*`,
            `Check:  version ${version} of ${name()}, by its number; version ${before.function.version} is live\\.`,
            `Version ${version} passed: \\d+ calls without a token, with bad ones, and (?:valid ones of|no valid one).*`,
            `Shift:  25 % of the calls to version ${version}; \\d+ alarms are watched for .*`,
            `Shift:  all calls to version ${version}\\.`,
            `Version ${version} is live\\.`,
            `Back to version ${before.function.version}:  make rollback`,
          ].join('\n'),
        ),
      );
      deployed = await readDeployed(cloud().emulator);
      expect(deployed.function.codeSha256).not.toBe(before.function.codeSha256);
      expect(await plan()).toMatchObject({ status: 0 });
      outputs = (await cloud().terraform.succeed('output', '-json')).stdout;
    }, 120_000);

    test('answers behind its routes at the API of `make emulated-aws`', async () => {
      const { emulator, invokable } = cloud();
      const api = await startLoopbackServer(deployedApi(emulator, invokable));
      const statusOf = async (path: string) => (await fetch(new URL(path, api.url))).status;
      const guarded = known(routes.find(({ method, allow }) => method === 'GET' && allow !== 'everyone'));
      expect(await statusOf('/health')).toBe(200);
      expect(await statusOf(pathOf(guarded))).toBe(401);
      expect(await statusOf('/none')).toBe(404);
      await api.close();
    });

    test("deploys with each pool's public keys as they were, which then work without the JWKS endpoint", async () => {
      const { emulator, outputs, scratch } = cloud();
      const { COGNITO_KEYS, COGNITO_POOLS, LOG_LEVEL } = deployed.function.environment;
      const published = await Promise.all(
        Object.values(outputs.profile.value.pools).map(async ({ userPoolId }) => {
          const { keys } = (await (await fetch(emulator.jwksUri(userPoolId))).json()) as { keys: CarriedKey[] };
          return [userPoolId, keys.map(({ kid, n, e }) => ({ kid, n, e }))];
        }),
      );
      expect(JSON.parse(known(COGNITO_KEYS))).toEqual(Object.fromEntries(published));
      for (const { function: authorizer } of Object.values(deployed.accessAuthorizers)) {
        expect(authorizer.environment).toEqual({ COGNITO_KEYS, COGNITO_POOLS, LOG_LEVEL });
      }

      const zip = join(scratch, 'next/lambda.zip');
      const { statuses, log } = await callInKeyOutage(cloud(), deployed.function, zip);
      expect(Object.values(statuses).filter((status) => status === 401 || status >= 500)).toEqual([]);
      expect(log).toContain('"keys":"carried"');
      const { function: without } = before;
      expect(without.environment).not.toHaveProperty('COGNITO_KEYS');
      const unavailable = Object.fromEntries(Object.keys(statuses).map((pool) => [pool, 503]));
      expect((await callInKeyOutage(cloud(), without, zip)).statuses).toEqual(unavailable);
    }, 60_000);

    test('is rolled back to the code and environment of before, and nothing else changes', async () => {
      const { version } = await alias();
      const done = await make('rollback');
      expect(done).toMatchObject({ status: 0 });
      expect(done.text).toContain(
        `All calls of ${name()} go to version ${before.function.version} now, and none to version ${version}.`,
      );
      expect(await readDeployed(cloud().emulator)).toEqual({ ...deployed, function: before.function });
      expect(await plan()).toMatchObject({ status: 0 });
    }, 60_000);

    test.each(BROKEN_VERSIONS)(
      'gives no call to a version $name, and says why',
      async ({ name: label, edits, fault }) => {
        const zip = join(cloud().scratch, `${label.replaceAll(' ', '-')}.zip`);
        await buildVersion(zip, edits);
        const version = await publish(zip);
        const { status, text } = await start({ weight: 0.1, watch_seconds: 0 }).ended;
        expect(text).toContain(`Error: Version ${version} did not pass its check, and gets no traffic`);
        expect(text).toMatch(fault);
        expect(status).toBe(1);
        expect(await alias()).toEqual({ version: before.function.version, weights: {} });
      },
    );

    describe('under way', () => {
      let version: string;
      const part = /^Shift: {2}10 % of the calls/m;

      beforeAll(async () => {
        version = await publish(join(cloud().scratch, 'next/lambda.zip'));
      });

      test('takes the calls back when an alarm fires', async () => {
        const { said, ended } = start({ weight: 0.1, watch_seconds: 600 });
        await said(part);
        expect(await alias()).toEqual({ version: before.function.version, weights: { [version]: 0.1 } });

        const [AlarmName] = cloud().outputs.alarm_names.value;
        const cloudwatch = new CloudWatchClient(cloud().emulator.client);
        const state = (StateValue: 'ALARM' | 'OK') =>
          cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'A test says so.' }));
        await state('ALARM');
        const { status, text } = await ended;
        await state('OK');
        const outcome = `All calls are back at version ${before.function.version}.`;
        expect(text).toContain(`Error: The alarm ${AlarmName} fired: A test says so. ${outcome}`);
        expect(status).toBe(1);
        expect(await alias()).toEqual({ version: before.function.version, weights: {} });
      });

      test('takes the calls back when it is interrupted', async () => {
        const { child, said, ended } = start({ weight: 0.1, watch_seconds: 600 });
        await said(part);
        child.kill('SIGINT');
        const { status, text } = await ended;
        expect(text).toContain(`All calls are back at version ${before.function.version}.`);
        expect(status).toBe(130);
        expect(await alias()).toEqual({ version: before.function.version, weights: {} });
      });

      test('is ended by a rollback, and leaves the alias to it', async () => {
        const { child, said } = start({ weight: 0.1, watch_seconds: 600 });
        await said(part);
        child.kill('SIGKILL');
        expect(await make('rollback')).toMatchObject({ status: 0 });
        expect(await alias()).toEqual({ version: before.function.version, weights: {} });
      });
    });

    test('deletes old versions, but none of those that were live', async () => {
      const FunctionName = name();
      for (let count = 0; count < KEPT_VERSIONS; count += 1) {
        await lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: `Version ${count}` }));
        await lambda().send(new PublishVersionCommand({ FunctionName }));
      }
      expect(await start({ weight: 0.1, watch_seconds: 0 }).ended).toMatchObject({ status: 0 });
      const { Versions = [] } = await lambda().send(new ListVersionsByFunctionCommand({ FunctionName }));
      const numbers = Versions.map(({ Version }) => Number(Version)).filter((number) => number > 0);
      const { Description } = await lambda().send(new GetAliasCommand({ FunctionName, Name: 'live' }));
      const live = known(Description).match(/\d+/g) ?? [];
      expect(live.map(Number)).toContain(Number(before.function.version));
      const newest = numbers.sort((a, b) => b - a).slice(0, KEPT_VERSIONS);
      expect(newest).toHaveLength(KEPT_VERSIONS);
      expect(new Set(numbers)).toEqual(new Set([...newest, ...live.map(Number)]));
    });
  });
}
