import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Passport } from 'passport';
import type { Logger } from 'pino';
import { createRuleCheck, type Allow } from './access-rules.js';
import { assertDeclaredClaims, assertRules } from './assert-rules.js';
import { bearerToken } from './bearer-token.js';
import type { Principal } from './claims.js';
import type { DeclaredClaims } from './declared-claims.js';
import type { TrustedPool } from './pool-keys.js';
import { CognitoStrategy, type TokenRequest } from './strategy.js';
import { createVerifier } from './verifier.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The verified caller, set by the guard of the route; absent where everyone may call. */
    caller?: Principal;
  }
}

export interface GuardOptions {
  pools: readonly TrustedPool[];
  /** The claims that callers carry, by pool: `access.document`. Without it a route that asks for one stops the start. */
  declared?: DeclaredClaims;
  /** Receives a warning for each route that no pool of `pools` may call. */
  log?: Logger;
  /** How many verified tokens to cache, 3 KB each on average; 0 caches none. Default 10,000. */
  tokenCacheSize?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Receives the number of verified tokens that the cache had. */
  counts?: { tokenCacheHits: number };
}

/** Makes the middleware of a route that admits the callers whom the route allows. Throws when `allow` makes no sense. */
export type Guard = (allow: Allow) => RequestHandler;

/** One guard for all routes. What it throws or passes to `next` is a Problem, which the app's error handler sends. */
export function createGuard(options: GuardOptions): Guard {
  const { pools, declared = {}, log, tokenCacheSize = 10_000, now = Date.now, counts } = options;
  const verifier = createVerifier({ pools, declared, tokenCacheSize, now });
  const passport = new Passport().use(new CognitoStrategy(verifier));
  const poolNames = new Set(pools.map(({ pool }) => pool.name));

  /**
   * Resolves to the caller, or to the error: for Node, a promise that is rejected before anyone awaits it is costly.
   * Passport gets an object of its own: what it writes on a request would slow down every later step.
   */
  function authenticate(token: string) {
    return new Promise<Principal | Error>((resolve, reject) => {
      const settle = (error: Error | null, caller?: Principal | false, problem?: unknown) =>
        resolve(caller || (error ?? (problem as Error)));
      const handle = passport.authenticate('cognito', { session: false }, settle) as RequestHandler;
      handle({ token } as TokenRequest, {} as Response, reject);
    });
  }

  return (allow) => {
    if (allow === 'everyone') return (_request, _response, next) => next();
    assertRules(allow);
    assertDeclaredClaims(allow, declared);
    if (!allow.some(({ pool }) => poolNames.has(pool))) {
      log?.warn({ allow, pools: [...poolNames] }, 'nobody can call a route: no pool that it allows is configured');
    }
    const problemFor = createRuleCheck(allow);
    const admit = (caller: Principal, request: Request, next: NextFunction) => {
      request.caller = caller;
      next(problemFor(caller));
    };
    const authenticateAndAdmit = async (token: string, request: Request, next: NextFunction) => {
      const result = await authenticate(token);
      if (result instanceof Error) next(result);
      else admit(result, request, next);
    };
    return (request, _response, next) => {
      const token = bearerToken(request);
      const caller = verifier.cached(token);
      if (caller === undefined) return authenticateAndAdmit(token, request, next);
      if (counts) counts.tokenCacheHits += 1;
      return admit(caller, request, next);
    };
  };
}
