import { GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { runbookBlock } from '../harness/runbook.js';
import { machineToken } from '../cloud/machine-token.js';
import type { Cloud } from '../cloud/cloud.js';
import { known } from '../cloud/deployed.js';
import { MACHINES, OTHER_POOL, PERSON, POOL, ROUTE_OF_OTHER_POOL, ROUTE_OF_POOL, type Incident } from './incident.js';
import { signInAgain } from '../cloud/people.js';
import { refusedAtGateway, sharedRoute } from '../cloud/probes.js';

const STOP = 'In doubt: stop the whole API';
const DISTRUST = 'A pool to distrust now';
const REPLACE = 'Replace a client: end every token that was issued to it';

const SHARED_ROUTE = sharedRoute(POOL);
const ACCEPTED = ['accepted', 'accepted'];
const REFUSED_BY_BOTH = ['401 from the gateway', '401 from the app'];
const REFUSED_BY_APP = ['401 from the app', '401 from the app'];

/** What the runbook changes in the deployment, in the order of these tests. */
export function runbookChanges(cloud: () => Cloud, incident: () => Incident) {
  const succeed: Incident['succeed'] = (...args) => incident().succeed(...args);

  test('stops the API and starts it again', async () => {
    const lambda = new LambdaClient(cloud().emulator.client);
    const reserved = async () => {
      const FunctionName = cloud().outputs.function_name.value;
      return (await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions;
    };
    await succeed(STOP, 'put-function-concurrency');
    expect(await reserved()).toBe(0);
    // The emulated AWS doesn't report it to Terraform: a plan from the state alone still has it to do.
    await incident().operator.setTfvars(runbookBlock(STOP, 'reserved_concurrency'));
    expect((await incident().operator.plan('-refresh=false')).stdout).toMatch(
      /reserved_concurrent_executions += -1 -> 0/,
    );
    await incident().operator.setTfvars();
    await succeed(STOP, 'delete-function-concurrency');
    expect(await reserved()).toBeUndefined();
  });

  describe('distrusts a pool', () => {
    async function outcomes() {
      const { person, personOfOtherPool } = incident();
      const of: Incident['outcomes'] = (...args) => incident().outcomes(...args);
      return {
        routeOfItsOwn: await of(person.accessToken, ROUTE_OF_POOL),
        ...(SHARED_ROUTE && { sharedRoute: await of(person.accessToken, SHARED_ROUTE) }),
        otherPool: await of(personOfOtherPool.accessToken, ROUTE_OF_OTHER_POOL),
      };
    }
    const expected = (routeOfItsOwn: string[], sharedByBoth: string[]) => ({
      routeOfItsOwn,
      ...(SHARED_ROUTE && { sharedRoute: sharedByBoth }),
      otherPool: ACCEPTED,
    });

    test('whose tokens both accept until then', async () => {
      expect(await outcomes()).toEqual(expected(ACCEPTED, ACCEPTED));
      expect((await succeed(DISTRUST, '--query Environment.Variables')).stdout).toContain(JSON.stringify(POOL));
    });

    test('at once in the app, without Terraform', async () => {
      await succeed(DISTRUST, 'update-alias');
      await incident().restart();
      expect(await outcomes()).toEqual(expected(REFUSED_BY_APP, REFUSED_BY_APP));
    }, 60_000);

    test('for good at both, and the next apply leaves it so', async () => {
      const { operator } = incident();
      const lines = runbookBlock(DISTRUST, 'distrusted_pools');
      await operator.setTfvars(lines, (text) => text.replace(/"[^"]+"/, JSON.stringify(POOL)));
      await succeed(DISTRUST, 'terraform');
      await incident().restart();
      expect(await outcomes()).toEqual(expected(REFUSED_BY_BOTH, ['403 from the gateway', '401 from the app']));
      expect(await operator.plan('-detailed-exitcode')).toMatchObject({ status: 0 });

      const { stdout } = await succeed(DISTRUST, '--query Environment.Variables');
      expect(Object.keys(JSON.parse(stdout) as object)).not.toContain(POOL);
      expect(stdout).toContain(JSON.stringify(OTHER_POOL));
    }, 180_000);
  });

  test("trusts the pool again without that line, and ends every token of people's clients by replacing them", async () => {
    const { person, personOfOtherPool, operator } = incident();
    const before = known(cloud().outputs.profile.value.pools[POOL]);
    await operator.setTfvars();
    await succeed(REPLACE, 'module.public_client');
    await incident().restart();
    expect(await incident().outcomes(person.accessToken, ROUTE_OF_POOL)).toEqual(REFUSED_BY_BOTH);
    expect(await incident().outcomes(personOfOtherPool.accessToken, ROUTE_OF_OTHER_POOL)).toEqual(ACCEPTED);

    const deployment = await incident().deployment();
    const after = known(deployment.outputs.profile.value.pools[POOL]);
    for (const member of ['clientId', 'clientSecret', 'publicClientId'] as const) {
      expect(after[member]).not.toBe(before[member]);
    }
    const { accessToken } = await signInAgain(deployment, POOL, PERSON);
    expect(await incident().outcomes(accessToken, ROUTE_OF_POOL)).toEqual(ACCEPTED);
  }, 180_000);

  (MACHINES.length > 0 ? describe : describe.skip)('for a machine', () => {
    test('ends its secret and its tokens by replacing its client', async () => {
      const { name, pool, route } = known(MACHINES[0]);
      const token = await machineToken(cloud(), pool, name);
      expect(await incident().outcomes(token, route)).toEqual(ACCEPTED);
      await succeed(REPLACE, 'module.machine_client');
      await incident().restart();
      expect(await incident().outcomes(token, route)).toEqual([refusedAtGateway(route), '401 from the app']);

      const deployment = await incident().deployment();
      const [before, after] = [cloud(), deployment].map(({ outputs }) => known(outputs.machines.value[name]));
      expect(after?.clientId).not.toBe(before?.clientId);
      expect(after?.clientSecret).not.toBe(before?.clientSecret);
      expect(await incident().outcomes(await machineToken(deployment, pool, name), route)).toEqual(ACCEPTED);
    }, 180_000);

    test('gets the new secret from Terraform', async () => {
      const { stdout, text } = await succeed('Leaked machine secret', 'output -json machines');
      expect(stdout).toBe('');
      expect(text).toContain(known(MACHINES[0]).name);
    });
  });
}
