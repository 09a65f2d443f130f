import * as z from 'zod/mini';

const limit = 'must be a whole number from 1 to 100';
const cursor = 'must be the `next` of a page of this list, unchanged';

/** The query of a list that is read by pages; `z.extend` adds filters. */
export const pageQuery = z.strictObject({
  limit: z._default(
    z.pipe(
      z.pipe(z.string(limit).check(z.regex(/^\d{1,3}$/, limit)), z.transform(Number)),
      z.int(limit).check(z.gte(1, limit), z.lte(100, limit), z.describe('How many items at most')),
    ),
    20,
  ),
  cursor: z.optional(
    z.string().check(z.regex(/^[\w-]{32}$/, cursor), z.describe('Where the page begins: the `next` of the one before')),
  ),
});

/** A page of a list, newest first; name it for the OpenAPI document with `.check(z.meta({ id }))`. */
export function pageOf<Item extends z.ZodMiniType>(item: Item) {
  return z.strictObject({
    items: z.array(item).check(z.describe('Newest first')),
    next: z.nullable(z.string()).check(z.describe('The `cursor` of the next page; null on the last')),
  });
}

/** 1 to 100 items, after the one that the cursor names or from the newest. */
export type PageQuery = z.output<typeof pageQuery>;
