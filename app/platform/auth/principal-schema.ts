import * as z from 'zod/mini';
import type { Principal } from './claims.js';

const example: Principal = {
  pool: 'staff',
  subject: '7c1b6a52-2f0e-4d0b-9a53-0c6f5c1f9b1e',
  username: 'chef',
  clientId: '2hb9n5n4l2c1v0d3k7q8r6s5t4',
  groups: ['chefs'],
  scopes: ['aws.cognito.signin.user.admin'],
  claims: {},
  tokenUse: 'access',
  expiresAt: 1_762_514_670,
};

/** A Principal as JSON. */
export const principal: z.ZodMiniType<Principal> = z
  .strictObject({
    pool: z.string(),
    subject: z.string(),
    username: z.nullable(z.string()),
    clientId: z.string(),
    groups: z.array(z.string()),
    scopes: z.array(z.string()),
    claims: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
      .check(z.describe('The declared claims that the token holds')),
    tokenUse: z.enum(['access', 'id']),
    expiresAt: z.number().check(z.describe('Seconds since the epoch')),
  })
  .check(z.meta({ id: 'Principal', examples: [example] }));
