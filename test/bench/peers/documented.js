import { configure } from '@vendia/serverless-express';
import express from 'express';
import helmet from 'helmet';
import { passportJwtSecret } from 'jwks-rsa';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import pino from 'pino';

const [pool] = Object.values(JSON.parse(process.env['COGNITO_POOLS'] ?? '{}'));
const log = pino({ level: process.env['LOG_LEVEL'] ?? 'info' });

/** The guard as the packages' own pages put it together. */
passport.use(
  new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret({ jwksUri: pool.jwksUri, cache: true, rateLimit: true }),
      issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${pool.userPoolId}`,
      algorithms: ['RS256'],
    },
    (claims, done) => done(null, claims),
  ),
);

const app = express()
  .use(helmet())
  .get('/', passport.authenticate('jwt', { session: false }), (_request, response) => {
    log.info({ status: 200 }, 'request');
    response.json(['Welcome to AWS']);
  });

const serve = configure({ app });

/** @type {(event: unknown, context: import('aws-lambda').Context) => Promise<unknown>} */
export const handler = async (event, context) => serve(event, context, () => undefined);
