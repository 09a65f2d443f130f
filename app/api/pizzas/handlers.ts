import type { Request, RequestHandler } from 'express';
import type { Principal } from '../../platform/auth/principal.js';
import { Problem } from '../../platform/http/problem.js';
import type { NewPizza, Page, PageQuery, Pizza } from './schema.js';
import type { PizzaStore } from './store.js';

export interface PizzaParts {
  pizzas: PizzaStore;
}

export const noSuchPizza = new Problem({ status: 404, code: 'not_found', detail: 'There is no pizza with this id.' });

export const listPizzas =
  ({ pizzas }: PizzaParts): RequestHandler<Request['params'], Page, unknown, PageQuery> =>
  async ({ query, deadlineMs }, response) => {
    response.json(await pizzas.list(query, deadlineMs));
  };

export const getPizza =
  ({ pizzas }: PizzaParts): RequestHandler<{ id: string }, Pizza> =>
  async ({ params, deadlineMs }, response) => {
    const pizza = await pizzas.get(params.id, deadlineMs);
    if (pizza === undefined) throw noSuchPizza;
    response.json(pizza);
  };

export const addPizza =
  ({ pizzas }: PizzaParts): RequestHandler<Request['params'], Pizza, NewPizza> =>
  async (request, response) => {
    const { body: input, deadlineMs } = request;
    const caller = request.caller as Principal;
    const pizza = await pizzas.add({ input, caller, idempotencyKey: request.get('Idempotency-Key') }, deadlineMs);
    response.status(201).location(`/pizzas/${pizza.id}`).json(pizza);
  };
