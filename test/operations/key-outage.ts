import { randomUUID } from 'node:crypto';
import { access } from '../../app/api/access.js';
import { routes } from '../../app/api/routes.js';
import type { Cloud } from '../cloud/cloud.js';
import { known, type DeployedFunction } from '../cloud/deployed.js';
import { signAccessToken } from '../cloud/emulator-key.js';
import { pathOf } from '../cloud/probes.js';
import { inEmulator } from '../cloud/running.js';
import { EVERY_CALL, startHttpApi } from '../lambda/gateway/http-api.js';
import { startFunction } from '../lambda/runtime/lambda-function.js';
import { unpack } from '../lambda/unpacked.js';

/** Nobody listens there. */
const jwksUri = () => 'http://127.0.0.1:1/jwks.json';

interface Outage {
  /** The status of the first call of each pool with a valid token, by pool. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What the function wrote. */
  readonly log: string;
}

/** Starts a deployed app with its deployed environment, but with JWKS endpoints that are down, and calls it. */
export async function callInKeyOutage(cloud: Cloud, app: DeployedFunction, zip: string): Promise<Outage> {
  const { emulator, outputs } = cloud;
  const { directory, remove } = unpack(zip);
  // Clients may have been replaced since the first apply.
  const pools = JSON.parse(known(app.environment['COGNITO_POOLS'])) as Record<string, { clientIds: string[] }>;
  const environment = inEmulator(app.environment, { ...emulator, jwksUri });
  const lambda = await startFunction({ node: 22, directory, environment });
  const api = await startHttpApi({ routes: EVERY_CALL, invoke: (event) => lambda.invoke(event) });
  try {
    const statuses: Record<string, number> = {};
    for (const pool of Object.keys(access.document)) {
      const guarded = routes.find(({ allow }) => allow !== 'everyone' && allow.some((rule) => rule.pool === pool));
      if (!guarded) continue;
      const [client_id] = known(pools[pool]).clientIds;
      const claims = { sub: randomUUID(), client_id, username: 'x' };
      const token = await signAccessToken(emulator, known(outputs.profile.value.pools[pool]), claims);
      const { status, body } = await fetch(api.url + pathOf(guarded), {
        method: guarded.method,
        headers: { authorization: `Bearer ${token}` },
      });
      await body?.cancel();
      statuses[pool] = status;
    }
    await lambda.logged(/signing keys could not be fetched/);
    return { statuses, log: lambda.log() };
  } finally {
    await Promise.all([api.close(), lambda.stop()]);
    remove();
  }
}
