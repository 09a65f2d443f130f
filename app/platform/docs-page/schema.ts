import * as z from 'zod/mini';

const text = z.string('must be a text').check(z.minLength(1, 'must not be empty'));

export const credentials = z.strictObject({ pool: text, username: text, password: text }, 'must be an object');

export const signedIn = z.strictObject({ accessToken: z.string() });

export const assetPath = z.object({ name: z.string() });

export const asset = z.string();

export type Credentials = z.output<typeof credentials>;
