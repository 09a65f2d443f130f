/** This machine's names for itself, as `URL.hostname` has them. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Why Cognito refuses an address that browsers return to, or that tokens are for: it must be absolute, without a
 * fragment, and plain HTTP on loopback only. Undefined for one that it accepts; apps' own schemes are.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export function addressProblem(address: string): string | undefined {
  // The parser would drop white space.
  if (/\s/u.test(address) || !URL.canParse(address)) return 'is not an absolute URI';
  if (address.includes('#')) return 'can not contain a fragment';
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !LOOPBACK_HOSTS.includes(hostname) ? 'cannot use the HTTP protocol' : undefined;
}
