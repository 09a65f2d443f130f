import { customImage } from '../branding/ui-customization.js';
import type { Context } from '../context.js';
import type { Response } from './responses.js';

const IMAGE = /^\/(?<poolId>[\w-]+)\/images\/(?<hash>[0-9a-f]{64})$/u;

/** The ImageUrl of a pool's UI customization: `/POOL/images/HASH`. */
export function poolImage({ state }: Context, path: string): Response | undefined {
  const { poolId = '', hash = '' } = IMAGE.exec(path)?.groups ?? {};
  const pool = state.pools.get(poolId);
  const image = pool && customImage(pool, hash);
  return (
    image && {
      status: 200,
      headers: { 'content-type': image.type, 'x-content-type-options': 'nosniff' },
      body: image.bytes,
    }
  );
}
