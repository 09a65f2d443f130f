import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../app/api/routes.js';
import { routeKeyOf } from '../../app/platform/http/route.js';
import type { AccessReport } from '../../app/cli/prove/access-report.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { emulatorKey } from './emulator-key.js';

/** `prove`, as an operator runs it on what is deployed. */
export function proof(cloud: () => Cloud) {
  describe('prove', () => {
    let directory: string;
    let bin: string;

    /** The command, with the operator's credentials for the emulated AWS. */
    function run(args: readonly string[], input = '') {
      const { terraform, invokable } = cloud();
      const env = {
        ...terraform.environment,
        AWS_ENDPOINT_URL: invokable.url,
        HOME: directory,
        XDG_STATE_HOME: join(directory, 'state'),
      };
      return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
        const child = execFile(
          process.execPath,
          [bin, ...args, '--profile', 'cloud'],
          { cwd: directory, env, maxBuffer: 2 ** 26 },
          (error, stdout, stderr) => done({ code: Number(error?.code ?? 0), stdout, stderr }),
        );
        child.stdin?.end(input);
      });
    }

    async function add(document: object, ...flags: string[]) {
      const { code, stderr } = await run(['profile', 'add', 'cloud', ...flags], JSON.stringify(document));
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.anything() });
    }

    beforeAll(async () => {
      const { scratch, outputs, running, invokable, emulator, deployed } = cloud();
      directory = join(scratch, 'prove');
      await mkdir(directory);
      bin = resolve('dist/cli', known((await readdir('dist/cli')).find((file) => file.endsWith('.cjs'))));
      const { profile, machines } = outputs;
      // Where the deployment runs in these tests, instead of in AWS.
      const pools = Object.entries(profile.value.pools).map(([name, pool]) => {
        return [name, Object.assign({}, pool, { jwksUri: emulator.jwksUri(pool.userPoolId) })];
      });
      const here = { apiUrl: running.url, apiId: deployed.apiId, pools: Object.fromEntries(pools) as object };
      await add({ ...profile.value, ...here });
      // Reading the key that signs machines' tokens takes longer than the command waits for one.
      await Promise.all(
        Object.values(profile.value.pools).map((pool) => emulatorKey(emulator.jwksUri(pool.userPoolId))),
      );
      const tokenUrl = `${invokable.url}/oauth2/token`;
      const machinesHere = Object.entries(machines.value).map(([name, machine]) => [name, { ...machine, tokenUrl }]);
      if (machinesHere.length > 0) await add(Object.fromEntries(machinesHere) as object, '--machines');
    }, 60_000);

    test('finds every cell as the routes say, at the gateway and at the app alone, and leaves nothing', async () => {
      const { emulator, deployed } = cloud();
      const cognito = new CognitoIdentityProvider(emulator.client);
      const names = async () => {
        const { UserPools = [] } = await cognito.listUserPools({ MaxResults: 60 });
        const users = UserPools.map(({ Id: UserPoolId }) => cognito.listUsers({ UserPoolId }));
        const found = (await Promise.all(users)).map(({ Users = [] }) => Users.map(({ Username }) => Username));
        return UserPools.map(({ Name }, index) => [Name, found[index]]);
      };
      const before = await names();
      const { stdout, stderr } = await run(['prove', '--json']);
      const report = JSON.parse(stdout || `{"error":${JSON.stringify(stderr)}}`) as AccessReport;
      const cells = report.routes.flatMap(({ route, cells }) => cells.map((cell) => ({ route, ...cell })));
      expect(cells.filter(({ result }) => result !== 'as expected')).toEqual([]);
      expect(report).toMatchObject({
        checks: ['gateway', 'app'],
        package: { sha256: deployed.function.codeSha256 },
        findings: [],
      });
      expect(report.routes.map(({ route }) => route).toSorted()).toEqual(routes.map(routeKeyOf).toSorted());
      // Whom the gateway can refuse, it does, without the function.
      const atGateway = cells.flatMap(({ exchanges }) => exchanges.filter(({ check }) => check === 'gateway'));
      expect(atGateway.filter(({ functionRan }) => functionRan === null)).toEqual([]);
      expect(atGateway.filter(({ functionRan }) => functionRan === false).length).toBeGreaterThan(0);
      expect(await names()).toEqual(before);
      cognito.destroy();
    }, 180_000);
  });
}
