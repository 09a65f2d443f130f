import type { RequestHandler } from 'express';

/** Answers the verified caller. */
export const me: RequestHandler = ({ caller }, response) => {
  response.json(caller);
};
