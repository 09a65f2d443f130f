// @ts-nocheck -- its imports are the bench's own packages, installed by make bench
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { auth } from 'express-oauth2-jwt-bearer';
import { createVerifier } from 'fast-jwt';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { passportJwtSecret } from 'jwks-rsa';
import { createPublicKey } from 'node:crypto';
import { Passport } from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import pino from 'pino';

/** The product's own, bundled by the bench from app/platform/auth. */
const ours = (name) => import(new URL(`../../../dist/bench/app/platform/auth/${name}.js`, import.meta.url).href);

const tokenOf = ({ headers }) => headers.authorization?.slice(7);

async function ourGuard({ pool }, tokenCacheSize) {
  const [{ createGuard }, { startPoolKeys }, { createPool }] = await Promise.all([
    ours('guard'),
    ours('pool-keys'),
    ours('pool'),
  ]);
  const log = pino({ level: 'silent' });
  const trusted = startPoolKeys([createPool('customers', pool)], { refreshSeconds: 600, log });
  await Promise.all(trusted.map(({ keys }) => keys.refresh()));
  return createGuard({ pools: trusted, log, tokenCacheSize })([{ pool: 'customers' }]);
}

/** Name -> the middleware, each set up as its own page says, its keys there before the first request. */
export const guards = {
  'this project': (parts) => ourGuard(parts, 10_000),
  'this project, no cache': (parts) => ourGuard(parts, 0),

  'fast-jwt, cache': async ({ pool, jwks }) => {
    const key = createPublicKey({ key: jwks.keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const verify = createVerifier({ key, cache: 10_000, algorithms: ['RS256'], allowedIss: pool.issuer });
    return (request, response, next) => {
      try {
        request.caller = verify(tokenOf(request));
      } catch {
        return response.status(401).end();
      }
      return next();
    };
  },

  'aws-jwt-verify': async ({ pool, jwks }) => {
    const verifier = CognitoJwtVerifier.create({
      userPoolId: pool.userPoolId,
      clientId: pool.clientIds,
      tokenUse: 'access',
    });
    verifier.cacheJwks(jwks);
    return async (request, response, next) => {
      try {
        request.caller = await verifier.verify(tokenOf(request));
      } catch {
        return response.status(401).end();
      }
      return next();
    };
  },

  jose: async ({ pool, jwks }) => {
    const keys = createLocalJWKSet(jwks);
    return async (request, response, next) => {
      try {
        request.caller = await jwtVerify(tokenOf(request), keys, { issuer: pool.issuer, algorithms: ['RS256'] });
      } catch {
        return response.status(401).end();
      }
      return next();
    };
  },

  'express-oauth2-jwt-bearer': async ({ pool }) =>
    auth({
      issuer: pool.issuer,
      jwksUri: pool.jwksUri,
      audience: 'none',
      tokenSigningAlg: 'RS256',
      validators: { aud: false },
    }),

  'passport-jwt + jwks-rsa, documented': async ({ pool }) => {
    const passport = new Passport();
    const options = {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret({
        jwksUri: pool.jwksUri,
        cache: true,
        rateLimit: true,
        jwksRequestsPerMinute: 5,
      }),
      issuer: pool.issuer,
      algorithms: ['RS256'],
    };
    passport.use(new Strategy(options, (claims, done) => done(null, claims)));
    return passport.authenticate('jwt', { session: false });
  },
};

// Another commit's: a module whose default export makes the middleware of the same parts.
const old = process.env.BENCH_OLD_GUARD;
if (old) Object.assign(guards, { 'this project, before': async (parts) => (await import(old)).default(parts) });
