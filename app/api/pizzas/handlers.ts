import type { PageQuery } from '../../platform/http/page-schema.js';
import { Problem } from '../../platform/http/problem.js';
import { respond } from '../../platform/http/route.js';
import type { Principal } from '../../platform/auth/claims.js';
import type { Call } from '../services.js';
import type { NewPizza } from './schema.js';

export const noSuchPizza = new Problem({ status: 404, code: 'not_found', detail: 'There is no pizza with this id.' });

export async function listPizzas({ query, services, deadlineMs }: Call<{ query: PageQuery }>) {
  return respond(200, await services.pizzas.list(query, deadlineMs));
}

export async function getPizza({ params, services, deadlineMs }: Call<{ params: { id: string } }>) {
  const pizza = await services.pizzas.get(params.id, deadlineMs);
  if (pizza === undefined) throw noSuchPizza;
  return respond(200, pizza);
}

export async function addPizza(call: Call<{ caller: Principal; body: NewPizza }>) {
  const { caller, body: input, idempotencyKey, services, deadlineMs } = call;
  const pizza = await services.pizzas.add({ input, caller, idempotencyKey }, deadlineMs);
  return respond(201, pizza, { Location: `/pizzas/${pizza.id}` });
}
