import { randomUUID } from 'node:crypto';

export interface Pizza {
  id: string;
  name: string;
  toppings: string[];
  /** The subject of whoever made it. */
  createdBy: string;
  /** RFC 3339, UTC. */
  createdAt: string;
}

export interface Page {
  items: Pizza[];
  /** Where the next page begins; null on the last. */
  next: string | null;
}

export interface PizzaStore {
  list(limit: number, cursor?: string): Promise<Page>;
  get(id: string): Promise<Pizza | undefined>;
  add(pizza: Pick<Pizza, 'name' | 'toppings' | 'createdBy'>): Promise<Pizza>;
}

/** Keeps pizzas as long as the process lives, newest first. */
export function createMemoryStore(): PizzaStore {
  const pizzas: Pizza[] = [];
  return {
    async list(limit, cursor) {
      const start = cursor === undefined ? 0 : pizzas.findIndex(({ id }) => id === cursor) + 1;
      const items = pizzas.slice(start, start + limit);
      return { items, next: start + limit < pizzas.length ? (items.at(-1)?.id ?? null) : null };
    },
    async get(id) {
      return pizzas.find((pizza) => pizza.id === id);
    },
    async add(pizza) {
      const stored = { id: randomUUID(), ...pizza, createdAt: new Date().toISOString() };
      pizzas.unshift(stored);
      return stored;
    },
  };
}
