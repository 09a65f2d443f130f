import * as z from 'zod/mini';
import { pageOf, pageQuery } from '../../../../app/platform/http/page-schema.js';

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

export const page = pageOf(item).check(z.meta({ id: 'Page' }));

export const itemPath = z.object({ id: itemId });

export const itemsQuery = z.extend(pageQuery, {
  name: z.optional(name.check(z.describe('Items of this name alone'))),
});

export type NewItem = z.output<typeof newItem>;
export type Item = z.output<typeof item>;
export type Page = z.output<typeof page>;
export type ItemsQuery = z.output<typeof itemsQuery>;
