import * as z from 'zod/mini';
import type { Principal } from '../../../app/platform/auth/claims.js';
import { respond, routesFor, type Resource } from '../../../app/platform/http/route.js';
import { customers, staff } from '../../harness/fixture-api/access.js';

// What must not compile. `npm run check:types` fails where one of these lines does.

interface Note {
  readonly text: string;
  readonly owner: { readonly pool: string; readonly subject: string };
}
interface Services {
  readonly find: (id: string) => Promise<Note | undefined>;
}

const { route, resourceRoute } = routesFor<Services>();
const note = z.object({ text: z.string() });
const notePath = z.object({ id: z.string() });
const line = { method: 'GET', path: '/notes', summary: '' } as const;
const responses = async () => ({ 200: note });
const hello = () => respond(200, { text: 'hello' });
declare const noteById: Resource<Services, { id: string }, Note>;

// @ts-expect-error -- a route without `allow`
route({ ...line, responses, handle: hello });
// @ts-expect-error -- an empty list of rules
route({ ...line, allow: [], responses, handle: hello });
// @ts-expect-error -- a rule that no declared pool made
route({ ...line, allow: [{ pool: 'customers' }], responses, handle: hello });
// @ts-expect-error -- a misspelt group
route({ ...line, allow: [staff.group('chef')], responses, handle: hello });
// @ts-expect-error -- a group of another pool
route({ ...line, allow: [customers.group('chefs')], responses, handle: hello });
// @ts-expect-error -- a misspelt scope
route({ ...line, allow: [staff.scope('item.write')], responses, handle: hello });
// @ts-expect-error -- an owner's rule on a route without a resource
route({ ...line, allow: [customers.owner()], responses, handle: hello });

// @ts-expect-error -- a delay without its unit
route({ ...line, allow: [customers], revocable: 10, responses, handle: hello });
route({ ...line, allow: [customers], revocable: { withinSeconds: 10 }, responses, handle: hello });

route({
  ...line,
  allow: 'everyone',
  responses,
  // @ts-expect-error -- there is no caller where everyone may call
  handle: ({ caller }) => respond(200, { text: caller.username }),
});
route({
  ...line,
  allow: [customers, staff],
  responses,
  handle: ({ caller }) => {
    const pool: 'customers' | 'staff' = caller.pool;
    // @ts-expect-error -- a pool that no rule of the route names
    return respond(200, { text: caller.pool === 'couriers' ? '' : pool });
  },
});
route({
  ...line,
  allow: [customers.claim('tenant'), staff.claim('level', 'senior')],
  responses,
  handle: ({ caller }) => {
    if (caller.pool === 'customers') return respond(200, { text: caller.claims.tenant });
    const level: 'senior' = caller.claims.level;
    // @ts-expect-error -- a claim that no rule asks for may be missing
    const [shift]: readonly string[] = caller.claims.shifts;
    // @ts-expect-error -- a misspelt claim
    return respond(200, { text: level + shift + caller.claims.levle });
  },
});
route({
  ...line,
  allow: [customers],
  responses,
  // @ts-expect-error -- a claim that no rule asks for may be missing
  handle: ({ caller }) => respond(200, { text: caller.claims.tenant }),
});
route({
  ...line,
  allow: 'everyone',
  responses,
  // @ts-expect-error -- a body of another type
  handle: () => respond(200, { text: 1 }),
});
route({
  ...line,
  allow: 'everyone',
  responses,
  // @ts-expect-error -- a status that the route doesn't list
  handle: () => respond(201, { text: 'hello' }),
});
route({
  ...line,
  allow: 'everyone',
  responses,
  // @ts-expect-error -- no body where the route lists one
  handle: () => respond(200),
});
route({
  ...line,
  allow: 'everyone',
  responses: async () => ({ 204: null }),
  // @ts-expect-error -- a body where the route lists none
  handle: () => respond(204, { text: 'hello' }),
});
route({
  ...line,
  allow: 'everyone',
  responses,
  responseHeaders: { 200: ['ETag'] },
  // @ts-expect-error -- a header that the route lists is missing
  handle: hello,
});
route({
  ...line,
  allow: 'everyone',
  input: async () => ({ body: note }),
  responses,
  // @ts-expect-error -- a field that the input's schema doesn't have
  handle: ({ body }) => respond(200, { text: body.title }),
});
route({
  ...line,
  allow: 'everyone',
  responses,
  // @ts-expect-error -- no body is read where the route has no schema for it
  handle: ({ body }) => respond(200, { text: body.text }),
});
resourceRoute(noteById, {
  ...line,
  path: '/notes/{id}',
  allow: [customers.owner(), staff],
  input: async () => ({ params: notePath }),
  responses,
  handle: ({ resource, caller }) => {
    const verified: Principal<'customers' | 'staff'> = caller;
    // @ts-expect-error -- a member that the resource doesn't have
    return respond(200, { text: resource.title + verified.subject });
  },
});
resourceRoute(noteById, {
  ...line,
  path: '/notes/{id}',
  // @ts-expect-error -- a resource for everyone: there would be no caller to compare its owner with
  allow: 'everyone',
  input: async () => ({ params: notePath }),
  responses,
  handle: hello,
});

route({ ...line, allow: [customers.claim('tenant')], tenant: 'tenant', responses, handle: hello });
// @ts-expect-error -- a tenant by a claim that a rule doesn't ask for
route({ ...line, allow: [customers], tenant: 'tenant', responses, handle: hello });
const asked = [customers.claim('tenant'), staff.claim('level')] as const;
// @ts-expect-error -- a tenant by a claim that one of the rules doesn't ask for
route({ ...line, allow: asked, tenant: 'tenant', responses, handle: hello });
// @ts-expect-error -- a tenant by a claim that is a list
route({ ...line, allow: [staff.claim('shifts')], tenant: 'shifts', responses, handle: hello });
// @ts-expect-error -- a tenant where everyone may call
route({ ...line, allow: 'everyone', tenant: 'tenant', responses, handle: hello });
