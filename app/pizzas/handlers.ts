import type { Request, RequestHandler } from 'express';
import type { Principal } from '../auth/principal.js';
import { Problem } from '../http/problem.js';
import type { NewPizza, Page, PageQuery, Pizza } from './schema.js';
import type { PizzaStore } from './store.js';

export interface PizzaParts {
  pizzas: PizzaStore;
}

export const noSuchPizza = new Problem({ status: 404, code: 'not_found', detail: 'There is no pizza with this id.' });

export const listPizzas =
  ({ pizzas }: PizzaParts): RequestHandler<Request['params'], Page, unknown, PageQuery> =>
  async ({ query, answerBy }, response) => {
    response.json(await pizzas.list(query, answerBy));
  };

export const getPizza =
  ({ pizzas }: PizzaParts): RequestHandler<{ id: string }, Pizza> =>
  async ({ params, answerBy }, response) => {
    const pizza = await pizzas.get(params.id, answerBy);
    if (pizza === undefined) throw noSuchPizza;
    response.json(pizza);
  };

export const addPizza =
  ({ pizzas }: PizzaParts): RequestHandler<Request['params'], Pizza, NewPizza> =>
  async (request, response) => {
    const { body: input, answerBy } = request;
    const caller = request.caller as Principal;
    const pizza = await pizzas.add({ input, caller, idempotencyKey: request.get('Idempotency-Key') }, answerBy);
    response.status(201).location(`/pizzas/${pizza.id}`).json(pizza);
  };
