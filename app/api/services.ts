import type { Table } from '../platform/dynamodb/table.js';
import { routesFor, type HandlerCall } from '../platform/http/route.js';
import { createOrderStore, type OrderStore } from './orders/store.js';
import { createPizzaStore, type PizzaStore } from './pizzas/store.js';
import type { ApiSettings } from './settings.js';
import type { table as tableDefinition } from './table.js';

/** What handlers work with, created once for a process. */
export interface Services {
  readonly settings: ApiSettings;
  readonly pizzas: PizzaStore;
  readonly orders: OrderStore;
}

export interface ServiceOptions {
  readonly settings: ApiSettings;
  readonly table: Table<(typeof tableDefinition)['indexes'][number]>;
}

/** No work but construction: the table is first used by the first call that needs it. */
export function createServices({ settings, table }: ServiceOptions): Services {
  return {
    settings,
    pizzas: createPizzaStore(table),
    orders: createOrderStore(table),
  };
}

/** The argument of a handler: `Call<{ caller: Principal; body: Input }>` takes these two of its route. */
export type Call<Input = object> = HandlerCall<Services, Input>;

/** How this API's routes are written. */
export const { route, resourceRoute, expressRoute } = routesFor<Services>();
