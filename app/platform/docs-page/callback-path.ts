/** Where managed login returns to after the docs page's sign-in and sign-out: an address to register with the public client. */
export const DOCS_CALLBACK_PATH = '/docs/callback';
