import * as z from 'zod/mini';
import { pageOf } from '../../platform/http/page-schema.js';

/** `max` counts code points, as JSON Schema does. Text that could not be stored and read back unchanged is refused. */
function text(max: number) {
  const error = `must be text of 1 to ${max} characters, not blank, without control characters`;
  return z.string(error).check(z.regex(new RegExp(`^(?=.*\\S)[^\\p{Cc}\\p{Cs}]{1,${max}}$`, 'u'), error));
}

const name = text(100).check(z.describe('What it is called'));
const toppings = z.array(text(50), 'must be a list').check(z.maxLength(20, 'must have 20 items at most'));

/** UUID version 7: its first 48 bits are the time, so that ids sort by it (RFC 9562 section 5.7). */
export const pizzaId = z.uuidv7().check(z.describe('UUID version 7: newer pizzas have greater ids'));

export const newPizza = z
  .strictObject({ name, toppings: z._default(toppings, []) }, 'must be an object')
  .check(z.meta({ id: 'NewPizza', examples: [{ name: 'Margherita', toppings: ['mozzarella', 'basil'] }] }));

const example = {
  id: '019a5b3c-7d00-7000-8000-3f2a9c1e5d77',
  name: 'Margherita',
  toppings: ['mozzarella', 'basil'],
  createdBy: '7c1b6a52-2f0e-4d0b-9a53-0c6f5c1f9b1e',
  createdAt: '2025-11-07T10:24:30.592Z',
};

export const pizza = z
  .strictObject({
    id: pizzaId,
    name,
    toppings,
    createdBy: z.string().check(z.describe('The subject (`sub`) of the caller who added it')),
    createdAt: z.iso.datetime().check(z.describe('RFC 3339, UTC')),
  })
  .check(z.meta({ id: 'Pizza', examples: [example] }));

export const page = pageOf(pizza).check(z.meta({ id: 'Page', examples: [{ items: [example], next: null }] }));

export const pizzaPath = z.object({ id: pizzaId });

export type NewPizza = z.output<typeof newPizza>;
export type Pizza = z.output<typeof pizza>;
export type Page = z.output<typeof page>;
