import { integer, structure, text } from './members.js';
import { required } from './shape.js';

// The members that many operations share, with the limits of AWS's model of the API.

export const poolId = required(text({ min: 1, max: 55, pattern: /[\w-]+_[0-9a-zA-Z]+/ }));
export const clientId = required(text({ min: 1, max: 128, pattern: /[\w+]+/ }));
export const clientSecret = text({ min: 24, max: 64, pattern: /[\w+]+/ });
export const name = required(text({ min: 1, max: 128, pattern: /[\w\s+=,.@-]+/ }));
export const username = required(text({ min: 1, max: 128, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u }));
export const groupName = username;
export const password = text({ max: 256, pattern: /\S+(?: \S+)*/ });
export const token = required(text({ max: 16_384, pattern: /[A-Za-z0-9_=.-]+/ }));
export const session = text({ min: 20, max: 2048 });
export const pageToken = text({ min: 1, max: 4096, pattern: /\S+/ });
export const limit = integer(0, 60);
export const attribute = structure({
  Name: required(text({ min: 1, max: 32, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+/u })),
  Value: text({ max: 2048 }),
});

/** Dates travel as seconds since 1970. */
export const date = (ms: number) => ms / 1000;
