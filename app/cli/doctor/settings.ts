import { cognitoIssuers, jwksUriOf, USER_POOL_ID } from '../../platform/auth/pool.js';
import type { Profile } from '../../platform/contract/profile.js';
import { isLoopback } from '../state/hosts.js';
import { renewProfileHint, type Target } from '../state/profiles.js';
import { fault, ok, warning, type Finding } from './finding.js';

/** Checks that region, endpoint, issuer and keys of a profile belong together. Calls nobody. */
export function checkSettings(target: Target): Finding[] {
  const { profileName, poolName, pool } = target;
  const hint = renewProfileHint(profileName);
  const issuers: string[] = [...cognitoIssuers(pool.userPoolId), ...emulatorIssuers(target.profile, pool.userPoolId)];
  const faults = checkRegion(target, hint);
  if (!issuers.includes(pool.issuer)) {
    const message = `${poolName}: the profile's issuer is ${pool.issuer}, the pool's is ${issuers.join(' or ')}.`;
    faults.push(fault('issuer', message, hint));
  }
  const { hostname } = new URL(pool.jwksUri);
  if (!isLoopback(hostname) && !issuers.map(jwksUriOf).includes(pool.jwksUri)) {
    const message = `${poolName}: the profile looks up keys at ${hostname}, which is not the issuer's host.`;
    faults.push(fault('jwks_uri', message, hint));
  }
  return faults.length > 0 ? faults : [ok('settings', `${poolName}: ${pool.userPoolId}, client ${pool.clientId}`)];
}

/** Names the hosts that were allowed by hand: they are neither Cognito's nor loopback. */
export function checkAllowedHosts({ allowedHosts = [] }: { readonly allowedHosts?: readonly string[] }): Finding[] {
  if (allowedHosts.length === 0) return [];
  const message = `The profile allows ${allowedHosts.join(', ')}, not a host of Amazon Cognito, to receive passwords and secrets.`;
  return [warning('hosts', message, 'If that is not intended, import the profile again without --allow-host.')];
}

function checkRegion({ profile, poolName, pool }: Target, hint: string): Finding[] {
  const { region, cognitoEndpoint } = profile;
  const poolRegion = USER_POOL_ID.exec(pool.userPoolId)?.[1];
  const { hostname } = new URL(cognitoEndpoint);
  const endpointRegion = /^cognito-idp(?:-fips)?\.([\w-]+)\.(?:amazonaws|api)\./.exec(hostname)?.[1] ?? region;
  if (poolRegion === region && endpointRegion === region) return [];
  const configured = endpointRegion === region ? `region ${region}` : `region ${region} and endpoint ${endpointRegion}`;
  const message = `${poolName}: the pool ${pool.userPoolId} is in ${poolRegion ?? 'no region'}, the profile says ${configured}.`;
  return [fault('region', message, hint)];
}

function emulatorIssuers({ cognitoEndpoint }: Profile, userPoolId: string): string[] {
  const endpoint = cognitoEndpoint.replace(/\/+$/, '');
  return isLoopback(new URL(endpoint).hostname) ? [`${endpoint}/${userPoolId}`] : [];
}
