import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import { Problem } from '../http/problem.js';
import type { Principal } from './claims.js';
import type { Verifier } from './verifier.js';

/** What the strategy reads of a request: the token, which the guard has taken from the header. */
export interface TokenRequest extends Request {
  readonly token: string;
}

const unused = () => {
  throw new Error('CognitoStrategy verifies tokens itself');
};

/**
 * The passport-jwt strategy `cognito`, an adapter to the verifier: `success(caller)`, `fail(problem)` or `error`. It replaces
 * passport-jwt's call of jsonwebtoken, which crashes on a null key, accepts `crit` and a missing `exp`, and parses the key
 * again for each token.
 */
export class CognitoStrategy extends Strategy {
  // Passport works on objects that inherit from the strategy, and those can't reach #private fields.
  private readonly verifier: Verifier;

  constructor(verifier: Verifier) {
    super({ jwtFromRequest: unused, secretOrKeyProvider: unused }, unused);
    this.name = 'cognito';
    this.verifier = verifier;
  }

  override authenticate({ token }: TokenRequest) {
    let result: Principal | Promise<Principal>;
    try {
      result = this.verifier.verify(token);
    } catch (error) {
      this.refuse(error);
      return;
    }
    if (result instanceof Promise) {
      result.then(
        (caller) => this.success(caller),
        (error: unknown) => this.refuse(error),
      );
    } else this.success(result);
  }

  private refuse(error: unknown) {
    if (error instanceof Problem) this.fail(error, error.status);
    else this.error(error as Error);
  }
}
