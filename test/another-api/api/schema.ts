import * as z from 'zod/mini';

export const status = z.strictObject({ status: z.literal('ok') });

export const count = z.strictObject({ loans: z.int() });
