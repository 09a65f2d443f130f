import { badTokens, fetchKeys, tampered } from '../calls/bad-tokens.js';
import type { Target } from '../state/profiles.js';
import type { Caller } from './caller.js';

/** Made by hand, with every group and scope of the pool. */
export async function untrustedOf({ poolName, pool }: Target): Promise<Caller[]> {
  const keys = await fetchKeys(poolName, pool);
  return badTokens(poolName, pool, keys).map(({ name, kind, authorization }): Caller => {
    if (kind === 'malformed')
      return { name: kind, description: 'Not a JWT at all.', authorization, holder: 'untrusted' };
    const also =
      kind === 'expired' ? ' It is signed by another key as well, since Cognito issues none that is expired.' : '';
    const description = `${name.charAt(0).toUpperCase()}${name.slice(1)}, with every group and scope of ${poolName}.${also}`;
    return { name: `${poolName}, ${kind}`, description, authorization, holder: 'untrusted' };
  });
}

/** The token of a caller with another subject. */
export function changed(caller: Caller | undefined, pool: string): Caller[] {
  const [, token] = caller?.authorization?.split(' ') ?? [];
  if (token === undefined) return [];
  const { authorization, name, kind } = tampered(token);
  const description = `Of ${pool}: ${name}, under its signature.`;
  return [{ name: `${pool}, ${kind}`, description, authorization, holder: 'untrusted' }];
}
