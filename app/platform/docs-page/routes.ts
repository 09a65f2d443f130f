import { routesFor, type Route } from '../http/route.js';
import { DOCS_CALLBACK_PATH } from './callback-path.js';
import { sendAsset, sendCallback, sendDocument, sendPage, type Docs } from './page.js';

const { expressRoute } = routesFor<unknown>();

/** The OpenAPI document and the page: routes like any other, where DOCS is on. */
export const docsRoutes = (docs: Docs): readonly Route<unknown>[] => [
  expressRoute({
    method: 'GET',
    path: '/openapi.json',
    allow: 'everyone',
    summary: 'This document',
    express: () => sendDocument(docs),
  }),
  expressRoute({
    method: 'GET',
    path: '/docs',
    allow: 'everyone',
    summary: 'A page to try the API on',
    express: () => sendPage(docs),
  }),
  expressRoute({
    method: 'GET',
    path: DOCS_CALLBACK_PATH,
    allow: 'everyone',
    summary: 'Where signing in on the page returns to',
    express: () => sendCallback(docs),
  }),
  expressRoute({
    method: 'GET',
    path: '/docs/{name}',
    allow: 'everyone',
    summary: "The page's scripts and style",
    express: () => sendAsset(docs),
  }),
];
