import * as z from 'zod/mini';

export const health = z.strictObject({ status: z.literal('ok') });

export const welcome = z.array(z.string());
