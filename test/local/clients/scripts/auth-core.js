import { readFileSync } from 'node:fs';
import { Auth } from '@auth/core';
import { getToken } from '@auth/core/jwt';
import { build } from 'esbuild';
import { browse, report, setup, statusOf } from './script.js';

const { issuer, publicClientId, site } = setup;

/** The `auth.ts` of app/README.md: what it gives to Auth.js. */
async function readRecipe() {
  Object.assign(process.env, { COGNITO_ISSUER: issuer, COGNITO_CLIENT_ID: publicClientId });
  const [, contents] = /^```ts\n(import NextAuth .*?)^```$/ms.exec(readFileSync('app/README.md', 'utf8'));
  const nextAuth = 'data:text/javascript,export default (config) => ({ handlers: config })';
  const { outputFiles } = await build({
    stdin: { contents, loader: 'ts', resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    alias: { 'next-auth/providers/cognito': '@auth/core/providers/cognito', 'next-auth': nextAuth },
    nodePaths: [`${import.meta.dirname}/../node_modules`],
  });
  const bundle = Buffer.from(outputFiles[0].contents).toString('base64');
  const { handlers } = await import(`data:text/javascript;base64,${bundle}`);
  return handlers;
}

// As next-auth sets it up.
const config = {
  ...(await readRecipe()),
  basePath: '/api/auth',
  secret: 'a secret of 32 letters or so ....',
  trustHost: true,
};
const cookies = new Map();

/** What Auth.js answers to the browser, whose cookies are kept. */
async function ask(path, init = {}) {
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
  const response = await Auth(new Request(new URL(path, site), { ...init, headers: { cookie } }), config);
  for (const line of response.headers.getSetCookie()) {
    const [name, value] = line.split(';', 1)[0].split(/=(.*)/s);
    cookies.set(name, value);
  }
  return response;
}
const sessionOf = async () => (await ask('/api/auth/session')).json();

const { csrfToken } = await (await ask('/api/auth/csrf')).json();
const signIn = await ask('/api/auth/signin/cognito', {
  method: 'POST',
  body: new URLSearchParams({ csrfToken, callbackUrl: `${site}/home` }),
});
const callback = await browse(signIn.headers.get('location'));
const own = new Map(cookies);

const tampered = new URL(callback);
tampered.searchParams.set('state', 'x');
const refused = await ask(tampered);
const before = await sessionOf();

cookies.clear();
for (const [name, value] of own) cookies.set(name, value);
const back = await ask(callback);
const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
const token = await getToken({ req: { headers: { cookie } }, secret: config.secret, salt: 'authjs.session-token' });
report({
  tampered: [new URL(refused.headers.get('location')).searchParams.get('error'), before],
  home: back.headers.get('location'),
  user: (await sessionOf()).user,
  api: await statusOf(token.accessToken),
});
