import type { Request, RequestHandler, Response } from 'express';
import { Passport } from 'passport';
import type { Logger } from 'pino';
import { bearerToken } from './bearer-token.js';
import { assertRules, createRuleCheck, type Allow } from './access-rules.js';
import type { Principal } from './principal.js';
import { createTokenCache } from './token-cache.js';
import { CognitoStrategy, type TrustedPool, type Verified } from './strategy.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The verified caller, set by the guard of the route; absent where everyone may call. */
    caller?: Principal;
  }
}

export interface GuardOptions {
  pools: readonly TrustedPool[];
  /** Told of routes that no pool of `pools` may call. */
  log?: Logger;
  /** How many verified tokens to remember, in 3 KB each on average; 0 turns it off. */
  tokenCacheSize?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Makes the middleware that stands on a route's line and lets in whom the route allows. Throws when `allow` makes no sense. */
export type Guard = (allow: Allow) => RequestHandler;

/** One guard for all routes. What it throws or hands to `next` is a refusal, answered by the app. */
export function createGuard({ pools, log, tokenCacheSize = 10_000, now = Date.now }: GuardOptions): Guard {
  const remembered = createTokenCache(tokenCacheSize, now);
  const passport = new Passport().use(new CognitoStrategy(pools, now));
  const poolNames = new Set(pools.map(({ pool }) => pool.name));

  /**
   * Resolves to the caller, or to the error: Node keeps costly books of a promise that is rejected before anyone waits for it.
   * Passport gets an object of its own: what it writes on a request would slow every later step down.
   */
  function verify(token: string, { headers, rawHeaders }: Request) {
    return new Promise<Principal | Error>((resolve, reject) => {
      const settle = (error: Error | null, verified?: Verified | false, refusal?: unknown) => {
        if (!verified) return resolve(error ?? (refusal as Error));
        remembered.set(token, verified);
        return resolve(verified.caller);
      };
      const authenticate = passport.authenticate('cognito', { session: false }, settle) as RequestHandler;
      authenticate({ headers, rawHeaders } as Request, {} as Response, reject);
    });
  }

  return (allow) => {
    if (allow === 'everyone') return (_request, _response, next) => next();
    assertRules(allow);
    if (!allow.some(({ pool }) => poolNames.has(pool))) {
      log?.warn({ allow, pools: [...poolNames] }, 'nobody can call a route: no pool that it allows is configured');
    }
    const refusalFor = createRuleCheck(allow);
    return (request, _response, next) => {
      const token = bearerToken(request);
      const admit = (caller: Principal) => {
        request.caller = caller;
        next(refusalFor(caller));
      };
      const settle = (result: Principal | Error) => (result instanceof Error ? next(result) : admit(result));
      const caller = remembered.get(token);
      return caller ? admit(caller) : verify(token, request).then(settle);
    };
  };
}
