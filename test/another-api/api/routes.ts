import { keyReused } from '../../../app/platform/dynamodb/idempotency.js';
import { storeUnavailable } from '../../../app/platform/dynamodb/table.js';
import { inputInvalid } from '../../../app/platform/http/input.js';
import { etagOf } from '../../../app/platform/http/preconditions.js';
import { Problem } from '../../../app/platform/http/problem.js';
import { respond, type Resource, type Route } from '../../../app/platform/http/route.js';
import { librarians, partners, readers } from './access.js';
import type { StoredLoan } from './loans/store.js';
import { resourceRoute, route, type Services } from './services.js';

const schemas = () => import('./schema.js');
const loanSchemas = () => import('./loans/schema.js');

const loanById: Resource<Services, { id: string }, StoredLoan> = {
  load: ({ params: { id }, services, deadlineMs }) => services.loans.find(id, deadlineMs),
  ownerOf: ({ reader }) => reader,
  versionOf: ({ version }) => version,
  notFound: new Problem({ status: 404, code: 'not_found', detail: 'There is no loan with this id.' }),
};

function assertDays(days: number, { settings: { MAX_LOAN_DAYS } }: Services) {
  if (days > MAX_LOAN_DAYS) throw inputInvalid([{ field: '/days', detail: `must be ${MAX_LOAN_DAYS} at most` }]);
}

export const routes: readonly Route<Services>[] = [
  route({
    method: 'GET',
    path: '/status',
    allow: 'everyone',
    summary: 'Whether the API is up',
    responses: async () => ({ 200: (await schemas()).status }),
    handle: () => respond(200, { status: 'ok' as const }),
  }),
  route({
    method: 'POST',
    path: '/loans',
    allow: [readers],
    summary: 'Borrow a book',
    idempotent: true,
    input: async () => ({ body: (await loanSchemas()).newLoan }),
    responses: async () => ({ 201: (await loanSchemas()).loan }),
    responseHeaders: { 201: ['Location', 'ETag'] },
    problems: [keyReused, storeUnavailable],
    handle: async ({ caller: reader, body: input, idempotencyKey, services, deadlineMs }) => {
      assertDays(input.days, services);
      const { loan, version } = await services.loans.lend({ input, reader, idempotencyKey }, deadlineMs);
      return respond(201, loan, { Location: `/loans/${loan.id}`, ETag: etagOf(version) });
    },
  }),
  route({
    method: 'GET',
    path: '/loans',
    allow: [librarians, partners.scope('loans.read')],
    summary: 'Loans of a book',
    input: async () => ({ query: (await loanSchemas()).bookQuery }),
    responses: async () => ({ 200: (await loanSchemas()).loans }),
    problems: [storeUnavailable],
    handle: async ({ query, services, deadlineMs }) => {
      const found = await services.loans.ofBook(query.book, deadlineMs);
      return respond(200, { items: found.map(({ loan }) => loan) });
    },
  }),
  route({
    method: 'GET',
    path: '/loans/count',
    allow: [partners.scope('loans.count')],
    summary: 'How often a book is lent',
    input: async () => ({ query: (await loanSchemas()).bookQuery }),
    responses: async () => ({ 200: (await schemas()).count }),
    problems: [storeUnavailable],
    handle: async ({ query, services, deadlineMs }) =>
      respond(200, { loans: (await services.loans.ofBook(query.book, deadlineMs)).length }),
  }),
  resourceRoute(loanById, {
    method: 'GET',
    path: '/loans/{id}',
    allow: [readers.owner(), librarians],
    summary: 'One loan',
    input: async () => ({ params: (await loanSchemas()).loanPath }),
    responses: async () => ({ 200: (await loanSchemas()).loan }),
    responseHeaders: { 200: ['ETag'] },
    problems: [storeUnavailable],
    handle: ({ resource: { loan, version } }) => respond(200, loan, { ETag: etagOf(version) }),
  }),
  resourceRoute(loanById, {
    method: 'PATCH',
    path: '/loans/{id}',
    allow: [readers.owner(), librarians.group('curators')],
    summary: 'Lend it for longer',
    ifMatch: 'required',
    revocable: { withinSeconds: 30 },
    input: async () => {
      const { loanPath: params, loanChange: body } = await loanSchemas();
      return { params, body };
    },
    responses: async () => ({ 200: (await loanSchemas()).loan }),
    responseHeaders: { 200: ['ETag'] },
    problems: [storeUnavailable],
    handle: async ({ resource, body, services, deadlineMs }) => {
      assertDays(body.days, services);
      const { loan, version } = await services.loans.change(resource, body, deadlineMs);
      return respond(200, loan, { ETag: etagOf(version) });
    },
  }),
  resourceRoute(loanById, {
    method: 'DELETE',
    path: '/loans/{id}',
    allow: [readers.owner(), librarians.group('curators')],
    summary: 'Bring it back',
    ifMatch: 'required',
    input: async () => ({ params: (await loanSchemas()).loanPath }),
    responses: async () => ({ 204: null }),
    problems: [storeUnavailable],
    handle: async ({ resource, services, deadlineMs }) => {
      await services.loans.end(resource, deadlineMs);
      return respond(204);
    },
  }),
];
