import { createJwksFetch } from '../../platform/auth/jwks.js';
import { cognitoIssuers, jwksUriOf, USER_POOL_ID } from '../../platform/auth/pool.js';
import { importKeys } from '../../platform/auth/signing-keys.js';
import { systemCode } from '../failure.js';
import { isLoopback } from '../state/hosts.js';
import { printableLine } from '../terminal/printable.js';

/** A public key as Terraform takes it, and COGNITO_KEYS has it. */
export interface CarriedKey {
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

/** Of a user pool, where it publishes its keys, and those that the deployed functions carry: the output `signing_keys`. */
export interface KeySource {
  readonly jwks_uri: string;
  readonly carried: readonly CarriedKey[];
}

/** By user pool id. */
export type KeySources = Readonly<Record<string, KeySource>>;

/** What is wrong with the output `signing_keys`, a text for each problem. */
export function keySourcesProblems(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['signing_keys is not a map of user pools'];
  return Object.entries(value as Record<string, Partial<KeySource> | null>).flatMap(([userPoolId, source]) => {
    if (!USER_POOL_ID.test(userPoolId)) return [`signing_keys: ${userPoolId} is no user pool id`];
    if (!isOwnAddress(userPoolId, source?.jwks_uri))
      return [`signing_keys: ${userPoolId}.jwks_uri is not Cognito's own`];
    return isCarried(source?.carried) ? [] : [`signing_keys: ${userPoolId}.carried is not a list of public keys`];
  });
}

/** Cognito's own address for that pool, by https, or an emulator's on this machine. */
function isOwnAddress(userPoolId: string, uri: unknown): uri is string {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return (
    cognitoIssuers(userPoolId).map(jwksUriOf).includes(uri) || (/^https?:$/.test(protocol) && isLoopback(hostname))
  );
}

function isCarried(value: unknown): value is CarriedKey[] {
  try {
    return Array.isArray(value) && importKeys(value).size === value.length;
  } catch {
    return false;
  }
}

/** The keys that the pool publishes now, as sound as the app asks for, in the order of their ids. Rejects with a reason to print. */
export async function readKeys({ jwks_uri: uri }: KeySource): Promise<CarriedKey[]> {
  try {
    const keys = Array.from(await createJwksFetch(uri)(), ([kid, key]): CarriedKey => {
      const { n = '', e = '' } = key.export({ format: 'jwk' });
      return { kid, n, e };
    });
    return keys.toSorted((a, b) => (a.kid < b.kid ? -1 : 1));
  } catch (error) {
    throw new Error(printableLine((error as Error).message) || systemCode(error), { cause: error });
  }
}
