import type { RequestHandler } from 'express';
import type { Allow } from './auth/grant.js';
import { addPizza, getPizza, listPizzas, type PizzaParts } from './pizzas/handlers.js';

/** What handlers work with, passed in by name. */
export type Parts = PizzaParts;

/** One route. Who may call it stands on its line, and both doors follow from that; without `allow` it doesn't compile. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As API Gateway and OpenAPI write it: `/pizzas/{id}`. */
  readonly path: `/${string}`;
  readonly allow: Allow;
  readonly summary: string;
  readonly handle: (parts: Parts) => RequestHandler;
}

const customers = { pool: 'customers' } as const;
const staff = { pool: 'staff' } as const;
const chefs = { pool: 'staff', groups: ['chefs'] } as const;
const kitchenMachines = { pool: 'staff', scopes: ['pizza-api/pizzas.write'] } as const;

const health: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};

const welcome: RequestHandler = (_request, response) => {
  response.json(['Welcome to AWS']);
};

const me: RequestHandler = ({ caller }, response) => {
  response.json(caller);
};

/** Every route of the API. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/health', allow: 'everyone', summary: 'Whether the API is up', handle: () => health },
  { method: 'GET', path: '/', allow: [customers], summary: 'A welcome', handle: () => welcome },
  { method: 'GET', path: '/me', allow: [customers, staff], summary: 'The verified caller', handle: () => me },
  { method: 'GET', path: '/pizzas', allow: [customers], summary: 'Pizzas, newest first', handle: listPizzas },
  { method: 'GET', path: '/pizzas/{id}', allow: [customers], summary: 'One pizza', handle: getPizza },
  { method: 'POST', path: '/pizzas', allow: [chefs, kitchenMachines], summary: 'Add a pizza', handle: addPizza },
];

export function routeKeyOf({ method, path }: Pick<Route, 'method' | 'path'>) {
  return `${method} ${path}`;
}
