import SwaggerUIBundle from 'swagger-ui-dist/swagger-ui-es-bundle.js';

/** Every call carries it, on routes that refuse it too: how a refusal looks is worth seeing. Never stored. */
let token = '';

/** From the address that `npm start` printed, and taken out of it, so that no screenshot or bookmark has it. */
const pageKey = new URLSearchParams(location.hash.slice(1)).get('key') ?? sessionStorage.getItem('page-key') ?? '';
if (location.hash.startsWith('#key=')) {
  sessionStorage.setItem('page-key', pageKey);
  history.replaceState(null, '', location.pathname);
}

interface Caller {
  username: string | null;
  subject: string;
  pool: string;
  groups: string[];
}

function say(text: string, isFailure = false) {
  const output = document.querySelector('output');
  if (output) output.value = text;
  output?.classList.toggle('failed', isFailure);
}

async function detailOf(answer: Response) {
  const { detail } = (await answer.json()) as { detail?: string };
  return detail ?? answer.statusText;
}

async function use(given: string) {
  const answer = await fetch('/me', { headers: { Authorization: `Bearer ${given}` } });
  token = answer.ok ? given : '';
  if (!answer.ok) return say(await detailOf(answer), true);
  const { username, subject, pool, groups } = (await answer.json()) as Caller;
  return say(
    `Signed in: ${[username ?? subject, `pool ${pool}`, ...groups.map((group) => `group ${group}`)].join(', ')}`,
  );
}

async function signIn(form: FormData) {
  const answer = await fetch('/docs/sign-in', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Page-Key': pageKey },
    body: JSON.stringify(Object.fromEntries(form)),
  });
  if (!answer.ok) return say(await detailOf(answer), true);
  const { accessToken } = (await answer.json()) as { accessToken: string };
  return use(accessToken);
}

function onSubmit(id: string, act: (form: FormData) => Promise<void>) {
  const form = document.querySelector<HTMLFormElement>(`form#${id}`);
  form?.addEventListener('submit', (event) => {
    event.preventDefault();
    act(new FormData(form)).catch((error: unknown) => say(String(error), true));
  });
}

const pools = document.body.dataset['signInPools'] ?? '';
if (pools !== '') {
  document.querySelector('select')?.append(...pools.split(',').map((pool) => new Option(pool)));
  document.querySelector('form#sign-in')?.removeAttribute('hidden');
}
onSubmit('sign-in', signIn);
onSubmit('paste', (form) => use((form.get('token') as string).trim()));

const nothing = () => null;

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#operations',
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  // Otherwise the page loads a badge from Swagger's own server.
  validatorUrl: null,
  // One token for all calls replaces the dialog with one token for each pool.
  plugins: [{ wrapComponents: { authorizeBtn: () => nothing, authorizeOperationBtn: () => nothing } }],
  requestInterceptor: (request) => {
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    if (isOurs && token !== '') request.headers['Authorization'] = `Bearer ${token}`;
    return request;
  },
});
