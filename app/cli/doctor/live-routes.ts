import { codeOf } from '../calls/api-call.js';
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
      const response = await fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.status !== 401) findings.push(await describeAnswer(routeKey, response));
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

/** Why a route didn't answer 401. What API Gateway answers has its request id, what the app answers has the app's. */
async function describeAnswer(routeKey: string, response: Response): Promise<Finding> {
  const { status, headers } = response;
  if (codeOf(await response.text()) === 'origin_not_allowed') {
    const message = `${routeKey}: the app refuses what comes through the profile's address, as if it came around CloudFront.`;
    const hint =
      'Renew the profile if its apiUrl is not the public address; otherwise: make deploy, which gives both the same header.';
    return fault('origin', message, hint);
  }
  if (headers.has('x-amz-cf-id') && !headers.has('apigw-requestid') && !headers.has('x-request-id')) {
    const message = `${routeKey}: CloudFront answers ${status} itself, so the API was not asked.`;
    return fault(
      'edge',
      message,
      "403 and 429 are WAF's: infra/RUNBOOK.md says how to see why. 502 and 504: the API's own domain does not answer.",
    );
  }
  return unguarded(routeKey, status);
}

function unguarded(routeKey: string, status: number): Finding {
  return fault(
    'api',
    `${routeKey}: without a token the API answers ${status} instead of 401.`,
    'npm run build, then npm start or make deploy; the finding above about that route may say why.',
  );
}
