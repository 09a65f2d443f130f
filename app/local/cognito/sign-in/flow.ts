import type { Context } from '../context.js';
import type { Parameters } from '../input/members.js';
import type { Challenge, Client, Pool, User } from '../state/state.js';

/** A sign-in flow: from authentication parameters to tokens or a challenge. */
export type Flow = (context: Context, pool: Pool, client: Client, parameters: Parameters) => Promise<object>;

/** An answer to a challenge whose session was found to be valid. */
export interface Answered {
  context: Context;
  pool: Pool;
  client: Client;
  user: User;
  challenge: Challenge;
  responses: Parameters;
  session: string;
}

/** From an answer to tokens or the next challenge. */
export type Answer = (answered: Answered) => Promise<object>;
