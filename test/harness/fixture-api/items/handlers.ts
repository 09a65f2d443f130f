import type { Principal } from '../../../../app/platform/auth/claims.js';
import { inputInvalid } from '../../../../app/platform/http/input.js';
import { Problem } from '../../../../app/platform/http/problem.js';
import { respond } from '../../../../app/platform/http/route.js';
import type { Call } from '../services.js';
import type { NewItem, ItemsQuery } from './schema.js';

export const noSuchItem = new Problem({ status: 404, code: 'not_found', detail: 'There is no item with this id.' });

export async function listItems({ query, services, deadlineMs }: Call<{ query: ItemsQuery }>) {
  return respond(200, await services.items.list(query, deadlineMs));
}

export async function getItem({ params, services, deadlineMs }: Call<{ params: { id: string } }>) {
  const item = await services.items.get(params.id, deadlineMs);
  if (item === undefined) throw noSuchItem;
  return respond(200, item);
}

export async function addItem(call: Call<{ caller: Principal; body: NewItem }>) {
  const { caller, body: input, idempotencyKey, services, deadlineMs } = call;
  const { MAX_TAGS: max } = services.settings;
  if (input.tags.length > max) throw inputInvalid([{ field: '/tags', detail: `must have ${max} items at most` }]);
  const item = await services.items.add({ input, caller, idempotencyKey }, deadlineMs);
  return respond(201, item, { Location: `/items/${item.id}` });
}
