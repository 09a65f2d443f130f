import { systemCode } from '../failure.js';
import { fault, ok, type Finding } from './finding.js';
import type { PlannedRoute } from './gateway.js';

const DEADLINE_MS = 10_000;

/** Calls every route that some pool's authorizer guards without a token: all must answer 401. */
export async function checkDoors(apiUrl: string, plan: readonly PlannedRoute[]): Promise<Finding[]> {
  const base = apiUrl.replace(/\/+$/, '');
  const findings: Finding[] = [];
  for (const { routeKey, pool } of plan) {
    if (pool === null) continue;
    const [method = 'GET', path = '/'] = routeKey.split(' ');
    try {
      const url = `${base}${path.replaceAll(/\{[^}]*\}/g, 'doctor')}`;
      const { status } = await fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) });
      if (status !== 401) findings.push(openTarget(routeKey, status));
    } catch (error) {
      const reason = systemCode((error as Error).cause) ?? (error as Error).message;
      return [
        fault(
          'api',
          `The API at ${apiUrl} can't be reached: ${reason}.`,
          'See that it runs (`npm start`, make deploy) and that the network is up.',
        ),
      ];
    }
  }
  return findings.length > 0 ? findings : [ok('api', `${apiUrl} answers 401 without a token, at every guarded route`)];
}

function openTarget(routeKey: string, status: number): Finding {
  const message = `${routeKey}: without a token the API answers ${status}, and should 401.`;
  return fault(
    'api',
    message,
    'npm run build, then npm start or make deploy; the line above about that route may say why.',
  );
}
