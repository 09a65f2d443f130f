import * as z from 'zod/mini';

function text(max: number) {
  const error = `must be text of 1 to ${max} characters, not blank, without control characters`;
  return z.string(error).check(z.regex(new RegExp(`^(?=.*\\S)[^\\p{Cc}\\p{Cs}]{1,${max}}$`, 'u'), error));
}

const name = text(100);
const tags = z.array(text(50), 'must be a list');
const itemId = z.uuidv7();

export const newItem = z
  .strictObject({ name, tags: z._default(tags, []) }, 'must be an object')
  .check(z.meta({ id: 'NewItem' }));

export const item = z
  .strictObject({ id: itemId, name, tags, createdBy: z.string(), createdAt: z.iso.datetime() })
  .check(z.meta({ id: 'Item' }));

export const page = z
  .strictObject({ items: z.array(item), next: z.nullable(z.string()) })
  .check(z.meta({ id: 'Page' }));

export const itemPath = z.object({ id: itemId });

const limit = 'must be a whole number from 1 to 100';
const cursor = 'must be the `next` of a page of this list, unchanged';
export const pageQuery = z.strictObject({
  limit: z._default(
    z.pipe(
      z.pipe(z.string(limit).check(z.regex(/^\d{1,3}$/, limit)), z.transform(Number)),
      z.int(limit).check(z.gte(1, limit), z.lte(100, limit), z.describe('How many items at most')),
    ),
    20,
  ),
  cursor: z.optional(z.string().check(z.regex(/^[\w-]{32}$/, cursor), z.describe('The `next` of the page before'))),
  name: z.optional(name.check(z.describe('Items of this name alone'))),
});

export type NewItem = z.output<typeof newItem>;
export type Item = z.output<typeof item>;
export type Page = z.output<typeof page>;
export type PageQuery = z.output<typeof pageQuery>;
