import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { notFound } from '../http/errors.js';
import { Problem } from '../http/problem.js';
import type { Credentials } from './schema.js';

/** Signs a person in and resolves to the access token. Throws an Error whose message tells them what is wrong. */
export type SignIn = (credentials: Credentials) => Promise<string>;

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/** From this machine, and under a name of its own, so that no foreign page had its name pointed here (DNS rebinding). */
function isLocal({ socket, headers }: IncomingMessage) {
  return /^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '') && LOOPBACK.test(headers.host ?? '');
}

/** Signs in for the page, which must not hold a client secret. For the stand-ins alone, and for this machine alone. */
export const answerSignIn =
  (signIn: SignIn): RequestHandler<Request['params'], { accessToken: string }, Credentials> =>
  async (request, response) => {
    if (!isLocal(request)) throw notFound;
    const accessToken = await signIn(request.body).catch((error: Error) => {
      throw new Problem({ status: 422, code: 'sign_in_failed', detail: error.message });
    });
    response.json({ accessToken });
  };
