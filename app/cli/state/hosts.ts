import type { MachineClient, Profile } from '../../platform/contract/profile.js';

const REGION = String.raw`[a-z]{2}(?:-[a-z]+)+-\d`;
const AWS_DOMAIN = String.raw`(?:amazonaws\.com(?:\.cn)?|api\.aws)`;
/** https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html, and the issuer of multi-Region pools. */
const COGNITO = new RegExp(`^(?:issuer-)?cognito-idp(?:-fips)?\\.${REGION}\\.${AWS_DOMAIN}$`);
/** A pool's domain for machines: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
const COGNITO_DOMAIN = new RegExp(`^[a-z0-9-]+\\.auth(?:-fips)?\\.${REGION}\\.amazoncognito\\.com$`);
/**
 * The endpoints that the command signs requests for, VPC endpoints among them. Not all of amazonaws.com: customers'
 * APIs and buckets are there too.
 */
const SIGNED_SERVICE = new RegExp(
  `^(?:vpce-[a-z0-9-]+\\.)?(?:cognito-idp|lambda|apigateway|monitoring|secretsmanager)(?:-fips)?\\.${REGION}\\.(?:vpce\\.)?${AWS_DOMAIN}$`,
);

export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}

/** Whether requests to a host may be signed with the operator's AWS credentials. */
export function maySignFor(hostname: string): boolean {
  return isLoopback(hostname) || SIGNED_SERVICE.test(hostname);
}

export function isCognitoHost(hostname: string): boolean {
  return COGNITO.test(hostname) || COGNITO_DOMAIN.test(hostname);
}

/** A field that makes the command talk to a host, and what that host receives. */
export interface HostUse {
  readonly field: string;
  readonly host: string;
  readonly receives: string;
}

const ISSUES_TOKENS = 'nothing; it issues the tokens';

const POOL_HOSTS = [
  ['issuer', ISSUES_TOKENS],
  ['jwksUri', 'look-ups of signing keys'],
  ['domainUrl', 'passwords in the browser, and the tokens of such sign-ins'],
] as const;

function hostUse(field: string, url: string, receives: string): HostUse {
  return { field, host: new URL(url).hostname, receives };
}

/** The hosts of a valid profile that passwords, client secrets and key look-ups go to. */
export function signInHosts({ cognitoEndpoint, pools }: Profile): HostUse[] {
  return [
    hostUse('cognitoEndpoint', cognitoEndpoint, 'passwords and client secrets'),
    ...Object.entries(pools).flatMap(([name, pool]) =>
      POOL_HOSTS.flatMap(([field, receives]) => {
        const url = pool[field];
        return url ? [hostUse(`pools.${name}.${field}`, url, receives)] : [];
      }),
    ),
  ];
}

export function machineHosts(machines: Readonly<Record<string, Pick<MachineClient, 'tokenUrl'>>>): HostUse[] {
  return Object.entries(machines).map(([name, { tokenUrl }]) =>
    hostUse(`${name}.tokenUrl`, tokenUrl, "machines' secrets"),
  );
}

/** The API: any https host, since APIs have custom domains. It receives tokens alone. */
export function apiHost({ apiUrl }: Profile): HostUse {
  return hostUse('apiUrl', apiUrl, 'tokens and requests');
}

/** What each host receives, by host. */
export function receivedBy(uses: readonly HostUse[]): Record<string, string[]> {
  const hosts = new Map<string, Set<string>>();
  for (const { host, receives } of uses) hosts.set(host, (hosts.get(host) ?? new Set()).add(receives));
  for (const received of hosts.values()) if (received.size > 1) received.delete(ISSUES_TOKENS);
  return Object.fromEntries(Array.from(hosts, ([host, received]) => [host, [...received]]));
}

/** One text for each use of a host that is neither Cognito's, nor loopback, nor allowed. */
export function hostProblems(uses: readonly HostUse[], allowedHosts: readonly string[]): string[] {
  return uses
    .filter(({ host }) => !isCognitoHost(host) && !isLoopback(host) && !allowedHosts.includes(host))
    .map(({ field, host }) => `${field} is on ${host}, which is neither a host of Amazon Cognito nor loopback`);
}
