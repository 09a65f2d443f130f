import { startServer } from '../../harness/server-process.js';
import type { Running } from './running.js';

/**
 * The guarded API's status for each token of a pool that `npm start` didn't make. An API of its own is told to trust the
 * pool, in the place of the customers', by COGNITO_POOLS.
 */
export async function guardedStatuses(
  { profile }: Running,
  { userPoolId, clientId }: { userPoolId: string; clientId: string },
  tokens: readonly string[],
): Promise<number[]> {
  const pools = Object.entries(profile.pools).map(([name, pool]) => {
    const { issuer, jwksUri } = pool;
    return [name, { userPoolId: pool.userPoolId, clientIds: [pool.clientId], issuer, jwksUri }] as const;
  });
  const issuer = `${profile.cognitoEndpoint}/${userPoolId}`;
  const customers = { userPoolId, clientIds: [clientId], issuer, jwksUri: `${issuer}/.well-known/jwks.json` };
  const server = await startServer({ COGNITO_POOLS: JSON.stringify({ ...Object.fromEntries(pools), customers }) });
  const statuses = tokens.map(async (token) => {
    const response = await fetch(`${server.url}/me`, { headers: { authorization: `Bearer ${token}` } });
    return response.status;
  });
  try {
    return await Promise.all(statuses);
  } finally {
    server.kill('SIGTERM');
    await server.exited;
  }
}
