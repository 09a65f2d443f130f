import * as z from 'zod/mini';

const text = z.string('must be text').check(z.minLength(1, 'must not be empty'));

export const credentials = z.strictObject({ pool: text, username: text, password: text }, 'must be an object');

export const signedIn = z.strictObject({ accessToken: z.string() });

export type Credentials = z.output<typeof credentials>;
