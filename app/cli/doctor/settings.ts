import { cognitoIssuers, jwksUriOf, USER_POOL_ID } from '../../platform/auth/pool.js';
import { isLoopback, type Profile } from '../state/profile.js';
import type { Target } from '../state/profiles.js';
import { fault, ok, type Finding } from './finding.js';

const ANEW = 'Write the profile anew: terraform output -json profile | pizza profile add NAME';

/** Whether the profile agrees with itself: region, issuer, keys. Asks nobody. */
export function checkSettings({ profile, poolName, pool }: Target): Finding[] {
  const findings = [checkRegion(profile, poolName, pool.userPoolId)];
  const issuers: string[] = [...cognitoIssuers(pool.userPoolId), ...emulatorIssuers(profile, pool.userPoolId)];
  if (!issuers.includes(pool.issuer)) {
    findings.push(
      fault(
        'issuer',
        `${poolName}: the profile's issuer is ${pool.issuer}, the pool's is ${issuers.join(' or ')}.`,
        ANEW,
      ),
    );
  }
  const { hostname } = new URL(pool.jwksUri);
  if (!isLoopback(new URL(pool.jwksUri)) && !issuers.map(jwksUriOf).includes(pool.jwksUri)) {
    findings.push(
      fault('jwks_uri', `${poolName}: the profile looks for keys at ${hostname}, which is not Cognito's.`, ANEW),
    );
  }
  const faults = findings.filter((finding) => finding !== undefined);
  return faults.length > 0 ? faults : [ok('settings', `${poolName}: ${pool.userPoolId}, client ${pool.clientId}`)];
}

function checkRegion({ region, cognitoEndpoint }: Profile, poolName: string, userPoolId: string): Finding | undefined {
  const poolRegion = USER_POOL_ID.exec(userPoolId)?.[1];
  const endpointRegion = /^cognito-idp\.([\w-]+)\.amazonaws\./.exec(new URL(cognitoEndpoint).hostname)?.[1] ?? region;
  if (poolRegion === region && endpointRegion === region) return undefined;
  const where = endpointRegion === region ? `region ${region}` : `region ${region} and endpoint ${endpointRegion}`;
  return fault(
    'region',
    `${poolName}: the pool ${userPoolId} is in ${poolRegion ?? 'no region'}, the profile says ${where}.`,
    ANEW,
  );
}

function emulatorIssuers({ cognitoEndpoint }: Profile, userPoolId: string): string[] {
  const endpoint = cognitoEndpoint.replace(/\/+$/, '');
  return isLoopback(new URL(endpoint)) ? [`${endpoint}/${userPoolId}`] : [];
}
