import { expect } from '@jest/globals';
import { access } from '../../app/api/access.js';
import type { Route } from '../../app/platform/http/route.js';
import type { Cloud, Outputs } from '../cloud/cloud.js';
import { known, readDeployed } from '../cloud/deployed.js';
import { createOperator, type Operator } from './operator.js';
import { signUpAndIn, type Tokens } from '../cloud/people.js';
import { outcome, routeOfPoolAlone, routeOfScopes, sharedRoute } from '../cloud/probes.js';
import { runDeployed, type Running } from '../cloud/running.js';

const POOLS = Object.keys(access.document);
/** A pool with a route that is its own. */
export const POOL = known(POOLS.find((pool) => routeOfPoolAlone(pool)));
export const ROUTE_OF_POOL = known(routeOfPoolAlone(POOL));
/** A pool that has nothing to do with the incident. */
export const OTHER_POOL = known(POOLS.find((pool) => pool !== POOL && routeOf(pool)));
export const ROUTE_OF_OTHER_POOL = known(routeOf(OTHER_POOL));
export const PERSON = 'person-of-the-runbook';

export const MACHINES = Object.entries(access.document).flatMap(([pool, { clients }]) =>
  Object.entries(clients).flatMap(([name, client]) => {
    const route = client.type === 'machine' ? routeOfScopes(pool, client.scopes) : undefined;
    return route ? [{ name, pool, route }] : [];
  }),
);

function routeOf(pool: string): Route | undefined {
  return routeOfPoolAlone(pool) ?? sharedRoute(pool);
}

/** An operator with a deployment, a person whose token leaked, and a person of another pool. */
export interface Incident {
  readonly operator: Operator;
  readonly person: Tokens;
  readonly personOfOtherPool: Tokens;
  /** What the commands know from the first blocks on. */
  env: Readonly<Record<string, string>>;
  /** Runs a block that must succeed, as `operator.run` does. */
  readonly succeed: Operator['run'];
  /** Starts what is deployed now, behind its routes and behind routes that are open. */
  restart(): Promise<void>;
  /** The URL of what was started last, behind its routes. */
  apiUrl(): string;
  /** What a token comes to on a route, through the deployed gateway, and at the app alone. */
  outcomes(token: string, route: Route): Promise<readonly string[]>;
  /** The deployment with the clients that it has now. */
  deployment(): Promise<Cloud>;
  stop(): Promise<unknown>;
}

export async function startIncident(cloud: Cloud): Promise<Incident> {
  const operator = await createOperator(cloud);
  const [person, personOfOtherPool] = await Promise.all([
    signUpAndIn(cloud, POOL, PERSON),
    signUpAndIn(cloud, OTHER_POOL, `${PERSON}-of-another-pool`),
  ]);
  let started: readonly Running[] = [];
  const stop = () => Promise.all(started.map((running) => running.stop()));

  const incident: Incident = {
    operator,
    person,
    personOfOtherPool,
    env: { POOL, PERSON, MACHINE: MACHINES[0]?.name ?? '' },
    async succeed(section, text, options) {
      const done = await operator.run(section, text, { ...options, env: { ...incident.env, ...options?.env } });
      expect(done).toMatchObject({ status: 0 });
      return done;
    },
    async restart() {
      await stop();
      const deployed = await readDeployed(cloud.emulator);
      const open = {
        ...deployed,
        routes: deployed.routes.map(({ routeKey }) => ({ routeKey, pool: null, scopes: [] })),
      };
      started = await Promise.all([deployed, open].map((each) => runDeployed(each, cloud.package, cloud.emulator)));
    },
    apiUrl: () => known(started[0]).url,
    outcomes: (token, route) => Promise.all(started.map((running) => outcome(running, route, token))),
    async deployment() {
      const { stdout } = await cloud.terraform.succeed('output', '-json');
      return { ...cloud, outputs: JSON.parse(stdout) as Outputs };
    },
    stop,
  };
  await incident.restart();
  return incident;
}
