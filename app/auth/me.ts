import type { RequestHandler } from 'express';
import * as z from 'zod/mini';
import type { Principal } from './principal.js';

/** A Principal as JSON. */
export const principal: z.ZodMiniType<Principal> = z.strictObject({
  pool: z.string(),
  subject: z.string(),
  username: z.nullable(z.string()),
  clientId: z.string(),
  groups: z.array(z.string()),
  scopes: z.array(z.string()),
  tokenUse: z.enum(['access', 'id']),
  expiresAt: z.number().check(z.describe('Seconds since the epoch')),
});

/** Answers the verified caller. */
export const me: RequestHandler = ({ caller }, response) => {
  response.json(caller);
};
