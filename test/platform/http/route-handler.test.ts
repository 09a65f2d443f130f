import { describe, expect, test } from '@jest/globals';
import type { Request, Response } from 'express';
import * as z from 'zod/mini';
import { Problem } from '../../../app/platform/http/problem.js';
import { createRouteHandler } from '../../../app/platform/http/route-handler.js';
import type { HandlerResponse, Resource, Route } from '../../../app/platform/http/route.js';

const services = { store: 'the store' };
const ann = { pool: 'customers', subject: 'ann', username: 'ann', groups: [], scopes: [] };
const noSuchNote = new Problem({ status: 404, code: 'not_found', detail: 'There is no note with this id.' });
const note = { text: 'mine', version: 3, owner: { pool: 'customers', subject: 'ann' } };

/** Runs a route, and resolves to what it did to the response, in order. */
async function run(route: object, request: object = {}) {
  const done: unknown[] = [];
  const response = {
    status: (status: number) => done.push(['status', status]),
    set: (headers: unknown) => done.push(['set', headers]),
    json: (body: unknown) => done.push(['json', body]),
    end: () => done.push(['end']),
  } as unknown as Response;
  const line = { allow: 'everyone', ...route } as unknown as Route<typeof services>;
  const asked = { headers: {}, params: {}, query: {}, get: () => undefined, ...request } as unknown as Request;
  const servicesFor = (tenant: string) => ({ store: `the store of ${tenant}` });
  await createRouteHandler(line, { services, servicesFor })(asked, response, () => undefined);
  return done;
}

/** A route whose handler keeps what it gets. */
function keeping(line: object = {}) {
  const calls: Record<string, unknown>[] = [];
  const handle = (call: Record<string, unknown>): HandlerResponse => {
    calls.push(call);
    return { status: 204 };
  };
  return { calls, route: { handle, ...line } };
}

describe('a response is sent as the handler returns it', () => {
  test.each<[string, HandlerResponse, unknown[]]>([
    ['a status alone', { status: 204 }, [['status', 204], ['end']]],
    [
      'a body',
      { status: 200, body: ['one'] },
      [
        ['status', 200],
        ['json', ['one']],
      ],
    ],
    [
      'a body that is null',
      { status: 200, body: null },
      [
        ['status', 200],
        ['json', null],
      ],
    ],
    [
      'headers and a body',
      { status: 201, body: {}, headers: { Location: '/notes/1' } },
      [
        ['status', 201],
        ['set', { Location: '/notes/1' }],
        ['json', {}],
      ],
    ],
  ])('%s, at once or promised', async (_what, response, expected) => {
    expect(await run({ handle: () => response })).toEqual(expected);
    expect(await run({ handle: async () => response })).toEqual(expected);
    expect(await run({ handle: async () => response, input: async () => ({}) })).toEqual(expected);
  });

  test('at once, where nothing has to be waited for', () => {
    const done: number[] = [];
    const response = { status: (status: number) => done.push(status), end: () => undefined } as unknown as Response;
    const line = { allow: 'everyone', handle: () => ({ status: 204 }) } as unknown as Route<typeof services>;
    void createRouteHandler(line, { services })({} as Request, response, () => undefined);
    expect(done).toEqual([204]);
  });
});

test('a plain Express handler is made with the services, and is the route', () => {
  const own = () => undefined;
  const express = (given: unknown) => {
    expect(given).toBe(services);
    return own;
  };
  expect(createRouteHandler({ allow: 'everyone', express } as unknown as Route<typeof services>, { services })).toBe(
    own,
  );
});

describe('what a handler gets', () => {
  const nothing = {
    caller: undefined,
    params: undefined,
    query: undefined,
    headers: undefined,
    body: undefined,
    resource: undefined,
    idempotencyKey: undefined,
    services,
    deadlineMs: 5,
  };
  const sent = { params: { id: '7' }, query: { limit: '1' }, deadlineMs: 5 };

  test('without schemas: the caller, the services and the deadline, and of the input nothing', async () => {
    const { calls, route } = keeping();
    await run(route, { ...sent, caller: ann });
    expect(calls).toEqual([{ ...nothing, caller: ann, request: expect.objectContaining(sent) }]);
  });

  test('with schemas: what they made of the request', async () => {
    const { calls, route } = keeping({
      input: async () => ({
        params: z.object({ id: z.pipe(z.string(), z.transform(Number)) }),
        query: z.object({ limit: z.string() }),
        headers: z.object({ 'x-version': z.string() }),
      }),
    });
    await run(route, { ...sent, headers: { 'x-version': '2' } });
    expect(calls).toEqual([
      {
        ...nothing,
        params: { id: 7 },
        query: { limit: '1' },
        headers: { 'x-version': '2' },
        request: expect.objectContaining(sent),
      },
    ]);
  });

  test.each([
    ['that takes one', true, 'k1'],
    ['that takes none', undefined, undefined],
  ])('the Idempotency-Key, on a route %s', async (_what, idempotent, expected) => {
    const { calls, route } = keeping({ idempotent });
    await run(route, { get: () => 'k1' });
    expect(calls).toMatchObject([{ idempotencyKey: expected }]);
  });
});

describe('a route of tenants', () => {
  const tenant = 'shop';
  const of = (claims: object) => ({ caller: { ...ann, claims } });

  test("works with the services of the caller's tenant, and no others", async () => {
    const { calls, route } = keeping({ tenant });
    for (const shop of ['acme', 'other']) await run(route, of({ shop, tenant: 'x' }));
    expect(calls).toMatchObject([
      { services: { store: 'the store of acme' } },
      { services: { store: 'the store of other' } },
    ]);
  });

  test.each([
    ['a caller without the claim', of({})],
    ['one whose claim is no text', of({ shop: 5 })],
    ['nobody', {}],
  ])('never runs for %s, whatever the guard did', async (_who, request) => {
    const { calls, route } = keeping({ tenant });
    await expect(run(route, request)).rejects.toThrow(new Error('The guard admitted a caller without the claim shop'));
    expect(calls).toEqual([]);
  });

  test('is not made for an API that has no services for tenants', () => {
    const route = { allow: 'everyone', tenant, handle: () => ({ status: 204 }) } as unknown as Route<typeof services>;
    expect(() => createRouteHandler(route, { services })).toThrow(
      new Error('a route with a tenant needs servicesFor, see bindServices'),
    );
  });
});

describe('a route on a resource', () => {
  const loads: unknown[] = [];
  const noteById = {
    load: async (call: { params?: { id: string } }) => {
      loads.push(call);
      return call.params?.id === '404' ? undefined : note;
    },
    ownerOf: ({ owner }: typeof note) => owner,
    versionOf: ({ version }: typeof note) => version,
    notFound: noSuchNote,
  } as unknown as Resource<typeof services, never, never>;
  const input = async () => ({ params: z.object({ id: z.string().check(z.maxLength(3)) }) });
  const anyone = [{ pool: 'customers' }];
  const owner = [{ pool: 'customers', ownerOnly: true }];
  const onNote = (line: object = {}) => keeping({ resource: noteById, input, allow: owner, ...line });
  const of = (caller: object, id = '1', headers: object = {}) => ({ caller, params: { id }, headers, deadlineMs: 5 });

  test('loads it for the caller, by the path, and hands it over', async () => {
    loads.length = 0;
    const { calls, route } = onNote();
    expect(await run(route, of(ann))).toEqual([['status', 204], ['end']]);
    expect(loads).toEqual([{ caller: ann, params: { id: '1' }, services, deadlineMs: 5 }]);
    expect(calls).toMatchObject([{ caller: ann, params: { id: '1' }, resource: note }]);
  });

  test('is loaded even where the path has no schema', async () => {
    const { calls, route } = onNote({ input: undefined });
    await run(route, of(ann));
    expect(calls).toMatchObject([{ resource: note, params: undefined }]);
  });

  test.each([
    ['that does not exist', owner, ann, '404'],
    ['that a path cannot name', owner, ann, '4040'],
    ['of somebody else', owner, { ...ann, subject: 'bob' }, '1'],
    // Subjects are unique in a pool, not beyond it.
    [
      "of somebody of another pool who has the owner's subject",
      [...owner, { pool: 'staff', ownerOnly: true }],
      { ...ann, pool: 'staff' },
      '1',
    ],
  ])("one %s is the resource's own 404, and no handler runs", async (_what, allow, caller, id) => {
    const { calls, route } = onNote({ allow });
    await expect(run(route, of(caller, id))).rejects.toBe(noSuchNote);
    expect(calls).toEqual([]);
  });

  test.each([
    ['people whom a rule admits without being the owner', anyone, { ...ann, subject: 'bob' }],
    [
      'people of a pool whose rule does not ask for the owner',
      [...owner, { pool: 'staff' }],
      { ...ann, pool: 'staff' },
    ],
    ['everyone', 'everyone', undefined],
  ])('is for %s as well', async (_who, allow, caller) => {
    const { calls, route } = onNote({ allow });
    await run(route, of(caller as never));
    expect(calls).toMatchObject([{ resource: note }]);
  });

  test.each<[string, object, unknown]>([
    ['without If-Match', {}, expect.objectContaining({ code: 'precondition_required' })],
    ['with a stale one', { 'if-match': '"2"' }, expect.objectContaining({ code: 'precondition_failed' })],
  ])('that asks for If-Match: %s no handler runs', async (_what, headers, problem) => {
    const { calls, route } = onNote({ ifMatch: 'required' });
    await expect(run(route, of(ann, '1', headers))).rejects.toEqual(problem);
    expect(calls).toEqual([]);
  });

  test("that asks for If-Match: the resource's own version is the one that matches", async () => {
    const { calls, route } = onNote({ ifMatch: 'required' });
    await run(route, of(ann, '1', { 'if-match': '"3"' }));
    expect(calls).toMatchObject([{ resource: note }]);
  });
});
