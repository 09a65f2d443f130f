import { sendAsset, sendDocument, sendPage, type Docs } from './handlers.js';
import { answerSignIn, type SignIn } from './sign-in.js';
import { typed, type Route } from '../../api/routes.js';

const docsSchemas = () => import('./schema.js');

/** The docs: routes like any other, where they are asked for. */
export const docsRoutes = (docs: Docs): readonly Route[] => [
  {
    method: 'GET',
    path: '/openapi.json',
    allow: 'everyone',
    summary: 'This document',
    handle: () => sendDocument(docs),
  },
  {
    method: 'GET',
    path: '/docs',
    allow: 'everyone',
    summary: 'A page to try the API on',
    handle: () => sendPage(docs),
  },
  typed({
    method: 'GET',
    path: '/docs/{name}',
    allow: 'everyone',
    summary: "The page's script and style",
    input: async () => ({ params: (await docsSchemas()).assetPath }),
    answers: async () => ({ 200: (await docsSchemas()).asset }),
    handle: () => sendAsset(docs),
  }),
];

/** Where the stand-ins run, the page signs in through this. */
export const signInRoute = (signIn: SignIn): Route =>
  typed({
    method: 'POST',
    path: '/docs/sign-in',
    allow: 'everyone',
    summary: 'Sign in for the page',
    input: async () => ({ body: (await docsSchemas()).credentials }),
    answers: async () => ({ 200: (await docsSchemas()).signedIn }),
    handle: () => answerSignIn(signIn),
  });
