import * as z from 'zod/mini';
import { pageOf, pageQuery } from '../../platform/http/page-schema.js';

const MAX_KINDS = 20;

const noteForm = 'must be text of 1 to 500 characters, not blank, without control characters but line breaks and tabs';
const note = z
  .string(noteForm)
  .check(z.regex(/^(?=\s*\S)(?:[^\p{Cc}\p{Cs}]|[\t\n\r]){1,500}$/u, noteForm), z.describe('For the kitchen'));

/** UUID version 7: newer orders have greater ids (RFC 9562 section 5.7). */
const orderId = z.uuidv7().check(z.describe('UUID version 7: newer orders have greater ids'));

const quantity = 'must be a whole number from 1 to 99';
const pizzas = z
  .array(
    z.strictObject(
      {
        id: z.uuidv7('must be the id of a pizza'),
        quantity: z.int(quantity).check(z.gte(1, quantity), z.lte(99, quantity)),
      },
      'must be an object',
    ),
    'must be a list',
  )
  .check(
    z.minLength(1, 'must name a pizza'),
    z.maxLength(MAX_KINDS, `must have ${MAX_KINDS} kinds of pizza at most`),
    z.refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'must name each pizza once'),
  );

const status = z.enum(['placed', 'baking', 'ready'], 'must be placed, baking or ready');

export const newOrder = z
  .strictObject({ pizzas, note: z.optional(note) }, 'must be an object')
  .check(z.meta({ id: 'NewOrder' }));

export const order = z
  .strictObject({
    id: orderId,
    pizzas,
    note: z.optional(note),
    status,
    placedBy: z.string().check(z.describe('The subject (`sub`) of the customer')),
    placedAt: z.iso.datetime().check(z.describe('RFC 3339, UTC')),
    updatedAt: z.iso.datetime().check(z.describe('RFC 3339, UTC')),
  })
  .check(z.meta({ id: 'Order' }));

/** A customer's change is of the note (null removes it), a chef's of the status. */
export const orderChange = z
  .strictObject({ note: z.optional(z.nullable(note)), status: z.optional(status) }, 'must be an object')
  .check(
    z.refine((change) => Object.keys(change).length > 0, 'must change something'),
    z.meta({ id: 'OrderChange' }),
  );

export const ordersPage = pageOf(order).check(z.meta({ id: 'OrdersPage' }));

export const orderPath = z.object({ id: orderId });

export const ordersQuery = z.extend(pageQuery, { status: z.optional(status) });

export type NewOrder = z.output<typeof newOrder>;
export type Order = z.output<typeof order>;
export type OrderChange = z.output<typeof orderChange>;
export type OrdersQuery = z.output<typeof ordersQuery>;
