import type { Request, RequestHandler } from 'express';
import type * as z from 'zod/mini';
import type { Allow } from '../platform/auth/access-rules.js';
import { customers, staff } from './access.js';
import { me } from './me.js';
import type { InputSchemas, Schema } from '../platform/http/input.js';
import type { Problem } from '../platform/http/problem.js';
import { addPizza, getPizza, listPizzas, noSuchPizza, type PizzaParts } from './pizzas/handlers.js';
import { keyReused, storeUnavailable } from './pizzas/store.js';

/** What handlers work with, passed in by name. */
export type Parts = PizzaParts;

export type Answers = Readonly<Record<number, Schema>>;

/** One route. Who may call it stands on its line, and both doors follow from that; without `allow` it doesn't compile. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As API Gateway and OpenAPI write it: `/pizzas/{id}`. */
  readonly path: `/${string}`;
  readonly allow: Allow;
  readonly summary: string;
  /** What it takes in; without it, a handler gets no body at all. Loaded with the first call: made at a cold start, schemas are a tenth of it. */
  readonly input?: () => Promise<InputSchemas>;
  /** The bodies of answers that are no error, by status: for the types and the OpenAPI document. */
  readonly answers?: () => Promise<Answers>;
  /** Errors of the handler's own; those of the guard and of the input follow from the line. */
  readonly problems?: readonly Problem[];
  readonly handle: (parts: Parts) => RequestHandler;
}

type Checked<S, Unchecked = unknown> = S extends Schema ? z.output<S> : Unchecked;

interface TypedInput<P, Q, B> extends InputSchemas {
  readonly params?: P & (Schema | undefined);
  readonly query?: Q & (Schema | undefined);
  readonly body?: B & (Schema | undefined);
}

interface TypedRoute<P, Q, B, A> extends Omit<Route, 'handle'> {
  readonly input?: () => Promise<TypedInput<P, Q, B>>;
  readonly answers: () => Promise<Readonly<Record<number, A & Schema>>>;
  readonly handle: (
    parts: Parts,
  ) => RequestHandler<Checked<P, Request['params']>, Checked<A>, Checked<B>, Checked<Q, Request['query']>>;
}

/** A route whose handler takes what the line's schemas let through, and answers as they say, or it doesn't compile. */
export function typed<A extends Schema, P = undefined, Q = undefined, B = undefined>(
  route: TypedRoute<P, Q, B, A>,
): Route {
  return route as unknown as Route;
}

const schemas = () => import('./schema.js');
const authSchemas = () => import('../platform/auth/principal-schema.js');
const pizzaSchemas = () => import('./pizzas/schema.js');

const health: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};

const welcome: RequestHandler = (_request, response) => {
  response.json(['Welcome to AWS']);
};

/** Every route of the API. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/health',
    allow: 'everyone',
    summary: 'Whether the API is up',
    answers: async () => ({ 200: (await schemas()).health }),
    handle: () => health,
  },
  {
    method: 'GET',
    path: '/',
    allow: [customers],
    summary: 'A welcome',
    answers: async () => ({ 200: (await schemas()).welcome }),
    handle: () => welcome,
  },
  {
    method: 'GET',
    path: '/me',
    allow: [customers, staff],
    summary: 'The verified caller',
    answers: async () => ({ 200: (await authSchemas()).principal }),
    handle: () => me,
  },
  typed({
    method: 'GET',
    path: '/pizzas',
    allow: [customers],
    summary: 'Pizzas, newest first',
    input: async () => ({ query: (await pizzaSchemas()).pageQuery }),
    answers: async () => ({ 200: (await pizzaSchemas()).page }),
    problems: [storeUnavailable],
    handle: listPizzas,
  }),
  typed({
    method: 'GET',
    path: '/pizzas/{id}',
    allow: [customers],
    summary: 'One pizza',
    input: async () => ({ params: (await pizzaSchemas()).pizzaPath }),
    answers: async () => ({ 200: (await pizzaSchemas()).pizza }),
    problems: [noSuchPizza, storeUnavailable],
    handle: getPizza,
  }),
  typed({
    method: 'POST',
    path: '/pizzas',
    allow: [staff.group('chefs'), staff.scope('pizzas.write')],
    summary: 'Add a pizza',
    input: async () => {
      const { idempotencyHeaders: headers, newPizza: body } = await pizzaSchemas();
      return { headers, body };
    },
    answers: async () => ({ 201: (await pizzaSchemas()).pizza }),
    problems: [keyReused, storeUnavailable],
    handle: addPizza,
  }),
];

export function routeKeyOf({ method, path }: Pick<Route, 'method' | 'path'>) {
  return `${method} ${path}`;
}
