import { fetchErrorReason } from '../failure.js';
import { fault, ok, type Finding } from './finding.js';
import type { PlannedRoute } from './gateway.js';

const TIMEOUT_MS = 10_000;

/** Calls every route that has a pool's authorizer without a token: each must answer 401. */
export async function checkLiveRoutes(apiUrl: string, plan: readonly PlannedRoute[]): Promise<Finding[]> {
  const base = apiUrl.replace(/\/+$/, '');
  const findings: Finding[] = [];
  for (const { routeKey, pool } of plan) {
    if (pool === null) continue;
    const [method = 'GET', path = '/'] = routeKey.split(' ');
    try {
      const url = `${base}${path.replaceAll(/\{[^}]*\}/g, 'doctor')}`;
      const { status } = await fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (status !== 401) findings.push(unguarded(routeKey, status));
    } catch (error) {
      return [
        fault(
          'api',
          `The API at ${apiUrl} is unreachable: ${fetchErrorReason(error)}.`,
          'Check that it runs (`npm start`, make deploy) and that the network is up.',
        ),
      ];
    }
  }
  return findings.length > 0 ? findings : [ok('api', `${apiUrl} answers 401 without a token on every guarded route`)];
}

function unguarded(routeKey: string, status: number): Finding {
  return fault(
    'api',
    `${routeKey}: without a token the API answers ${status} instead of 401.`,
    'npm run build, then npm start or make deploy; the finding above about that route may say why.',
  );
}
