import type { RequestHandler } from 'express';
import { Problem, type FieldError } from '../http/problem.js';
import type { PizzaStore } from './store.js';

export interface PizzaParts {
  pizzas: PizzaStore;
}

const noSuchPizza = new Problem({ status: 404, code: 'not_found', detail: 'There is no pizza with this id.' });

function invalid(errors: FieldError[]) {
  return new Problem({
    status: 422,
    code: 'body_invalid',
    detail: 'The input does not have the form asked for.',
    errors,
  });
}

function pizzaFrom(body: unknown) {
  const { name, toppings = [] } = (body ?? {}) as { name?: unknown; toppings?: unknown };
  const errors: FieldError[] = [];
  if (typeof name !== 'string' || name.length === 0)
    errors.push({ field: '/name', detail: 'must be a non-empty text' });
  if (!Array.isArray(toppings) || !toppings.every((topping) => typeof topping === 'string')) {
    errors.push({ field: '/toppings', detail: 'must be a list of texts' });
  }
  if (errors.length > 0) throw invalid(errors);
  return { name: name as string, toppings: toppings as string[] };
}

export const listPizzas =
  ({ pizzas }: PizzaParts): RequestHandler =>
  async ({ query }, response) => {
    const limit = Number(query['limit'] ?? 20);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
      throw invalid([{ field: 'limit', detail: 'must be a whole number from 1 to 100' }]);
    }
    response.json(await pizzas.list(limit, query['cursor'] as string | undefined));
  };

export const getPizza =
  ({ pizzas }: PizzaParts): RequestHandler =>
  async ({ params }, response) => {
    const pizza = await pizzas.get(String(params['id']));
    if (pizza === undefined) throw noSuchPizza;
    response.json(pizza);
  };

export const addPizza =
  ({ pizzas }: PizzaParts): RequestHandler =>
  async ({ body, caller }, response) => {
    const pizza = await pizzas.add({ ...pizzaFrom(body), createdBy: caller?.subject ?? '' });
    response.status(201).location(`/pizzas/${pizza.id}`).json(pizza);
  };
