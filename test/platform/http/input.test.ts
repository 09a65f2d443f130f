import { describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import * as z from 'zod/mini';
import { createInputReader, noSuchResource, type InputOptions } from '../../../app/platform/http/input.js';
import { Problem } from '../../../app/platform/http/problem.js';
import type { InputSchemas } from '../../../app/platform/http/route.js';

interface Sent {
  params?: object;
  query?: object;
  headers?: Record<string, string>;
  body?: string;
}

/** A request as Express hands it over. */
function requestOf({ params = {}, query = {}, headers = {}, body }: Sent) {
  const json = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': `${body.length}` };
  const all = { ...json, ...headers };
  const get = (name: string) => Object.entries(all).find(([key]) => key === name.toLowerCase())?.[1];
  return Object.assign(Readable.from(body ? [Buffer.from(body)] : []), {
    params,
    query,
    headers: all,
    get,
  }) as unknown as Request;
}

const read = (schemas: InputSchemas | undefined, sent: Sent, options: Omit<InputOptions, 'load'> = {}) =>
  createInputReader({ ...(schemas && { load: async () => schemas }), ...options })(requestOf(sent), {} as Response);

/** The problem that the input is refused with. */
const problemOf = (...input: Parameters<typeof read>) =>
  read(...input).then(
    () => undefined,
    (problem: Problem) => problem,
  );

const id = z.object({ id: z.string().check(z.minLength(2)) });
const text = z.strictObject({ text: z.string('must be a text') });

describe('what a reader resolves to', () => {
  test('each part as its schema made it, and nothing without a schema', async () => {
    const doubled = z.object({
      limit: z.pipe(
        z.string(),
        z.transform((limit) => 2 * Number(limit)),
      ),
    });
    const version = z.object({ 'x-version': z.string() });
    const sent = { params: { id: '77' }, query: { limit: '4' }, headers: { 'x-version': '2' }, body: '{"text":"x"}' };
    expect(await read({ params: id, query: doubled, headers: version, body: text }, sent)).toEqual({
      params: { id: '77' },
      query: { limit: 8 },
      headers: { 'x-version': '2' },
      idempotencyKey: undefined,
      body: { text: 'x' },
    });
    const nothing = { params: undefined, query: undefined, headers: undefined, idempotencyKey: undefined };
    expect(await read({}, sent)).toEqual({ ...nothing, body: undefined });
    expect(await read(undefined, sent)).toEqual({ ...nothing, body: undefined });
  });

  test('schemas are loaded once, with the first call', async () => {
    let loads = 0;
    const load = async () => {
      loads += 1;
      return { params: id };
    };
    const reader = createInputReader({ load });
    expect(loads).toBe(0);
    await Promise.all([1, 2].map(() => reader(requestOf({ params: { id: '77' } }), {} as Response)));
    await reader(requestOf({ params: { id: '77' } }), {} as Response);
    expect(loads).toBe(1);
  });

  test.each(['!', 'k1', '~'.repeat(255)])('the Idempotency-Key %j, where the route takes one', async (key) => {
    const headers = { 'idempotency-key': key };
    expect(await read({}, { headers }, { idempotent: true })).toMatchObject({ idempotencyKey: key });
    expect(await read({}, { headers })).toMatchObject({ idempotencyKey: undefined });
  });

  test('no Idempotency-Key is none', async () => {
    expect(await read({}, {}, { idempotent: true })).toMatchObject({ idempotencyKey: undefined });
  });
});

describe('a path that its schema refuses', () => {
  const sent = { params: { id: '7' }, query: { text: 1 } };

  test('is 404, whatever else is wrong', async () => {
    const problem = await problemOf({ params: id, query: text }, sent);
    expect(problem).toBe(noSuchResource);
    expect(problem).toMatchObject({ status: 404, code: 'not_found', message: 'There is nothing with this id.' });
  });

  test("is the route's own problem where it has one", async () => {
    const notFound = new Problem({ status: 404, code: 'not_found', detail: 'There is no such note.' });
    expect(await problemOf({ params: id }, sent, { notFound })).toBe(notFound);
  });
});

describe('one 422 names what is wrong', () => {
  const headers = { 'idempotency-key': 'a b', 'x-version': '3' };

  test('in query, headers, key and body, in this order', async () => {
    const problem = await problemOf(
      { query: text, headers: z.object({ 'x-version': z.enum(['1', '2'], 'must be 1 or 2') }), body: text },
      { query: { text: 1 }, headers, body: '{"text":1}' },
      { idempotent: true },
    );
    expect(problem).toMatchObject({
      status: 422,
      code: 'input_invalid',
      message: 'The input is invalid: fix the fields that are named.',
    });
    expect(problem?.errors).toEqual([
      { field: 'text', detail: 'must be a text' },
      { field: 'x-version', detail: 'must be 1 or 2' },
      { field: 'idempotency-key', detail: 'must be 1 to 255 visible ASCII characters, such as a UUID' },
      { field: '/text', detail: 'must be a text' },
    ]);
  });

  test.each(['', 'a b', ' a', 'a ', 'ü', '\u007f', 'x'.repeat(256)])('an Idempotency-Key of %j', async (key) => {
    const problem = await problemOf({}, { headers: { 'idempotency-key': key } }, { idempotent: true });
    expect(problem?.errors).toMatchObject([{ field: 'idempotency-key' }]);
  });

  test('members by their JSON Pointer (RFC 6901) in a body, and joined by dots in a query', async () => {
    const deep = z.strictObject({ list: z.array(z.strictObject({ 'a/b~c': z.optional(z.string('must be a text')) })) });
    const sent = { list: [{}, { 'a/b~c': 1, '~1': 2, other: 3 }], 'x.y': 1 };
    const unknown = 'is not a field of this input';
    expect((await problemOf({ body: deep }, { body: JSON.stringify(sent) }))?.errors).toEqual([
      { field: '/list/1/a~1b~0c', detail: 'must be a text' },
      { field: '/list/1/~01', detail: unknown },
      { field: '/list/1/other', detail: unknown },
      { field: '/x.y', detail: unknown },
    ]);
    expect((await problemOf({ query: deep }, { query: sent }))?.errors?.map(({ field }) => field)).toEqual([
      'list.1.a/b~c',
      'list.1.~1',
      'list.1.other',
      'x.y',
    ]);
  });

  test('in 100 fields at most', async () => {
    const fields = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`field${at}`, 1]));
    const names = async (count: number) => {
      const query = Object.fromEntries(Object.entries(fields).slice(0, count));
      return (await problemOf({ query: z.strictObject({}) }, { query }))?.errors?.length;
    };
    expect([await names(99), await names(100), await names(101), await names(150)]).toEqual([99, 100, 100, 100]);
  });
});

describe('a body', () => {
  test('is not read where the route has no schema for it', async () => {
    const request = requestOf({ body: '{' });
    await createInputReader({})(request, {} as Response);
    expect(request.readableDidRead).toBe(false);
  });

  test('that is not JSON is refused as such, before other input is looked at', async () => {
    expect(await problemOf({ params: id, body: text }, { params: { id: '7' }, body: '{' })).toMatchObject({
      status: 400,
      code: 'body_malformed',
    });
  });
});
