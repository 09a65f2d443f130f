import type { Request, RequestHandler, Response } from 'express';
import { Passport } from 'passport';
import { bearerToken } from './bearer.js';
import { checkGrants, type Allow } from './grant.js';
import type { Principal } from './principal.js';
import { createRemembered } from './remembered.js';
import { CognitoStrategy, type TrustedPool, type Verified } from './strategy.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The verified caller, set by the guard of the route; absent where everyone may call. */
    caller?: Principal;
  }
}

export interface GuardParts {
  pools: readonly TrustedPool[];
  /** How many verified tokens to remember; 0 turns it off. */
  rememberedTokens?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Makes the middleware that stands on a route's line and lets in whom the route allows. */
export type Guard = (allow: Allow) => RequestHandler;

/** One guard for all routes. What it throws or rejects with is a refusal, answered by the app. */
export function createGuard({ pools, rememberedTokens = 10_000, now = Date.now }: GuardParts): Guard {
  const remembered = createRemembered(rememberedTokens, now);
  const passport = new Passport().use(new CognitoStrategy(pools, now));

  /** Passport gets an object of its own: what it writes on a request would slow every later step down. */
  async function verify(token: string, { headers, rawHeaders }: Request): Promise<Principal> {
    const verified = await new Promise<Verified>((resolve, reject) => {
      const settle = (error: unknown, result?: Verified | false, refusal?: unknown) =>
        result ? resolve(result) : reject(error ?? refusal);
      const authenticate = passport.authenticate('cognito', { session: false }, settle) as RequestHandler;
      authenticate({ headers, rawHeaders } as Request, {} as Response, reject);
    });
    remembered.set(token, verified);
    return verified.caller;
  }

  return (allow) => {
    if (allow === 'everyone') return (_request, _response, next) => next();
    const refusalFor = checkGrants(allow);
    return (request, _response, next) => {
      const token = bearerToken(request);
      const admit = (caller: Principal) => {
        const refusal = refusalFor(caller);
        if (refusal) throw refusal;
        request.caller = caller;
        next();
      };
      const caller = remembered.get(token);
      return caller ? admit(caller) : verify(token, request).then(admit);
    };
  };
}
