import type { User } from 'oidc-client-ts';
import SwaggerUIBundle from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import type { LoginPool } from './login-pool.js';
import { PoolSession } from './pool-session.js';

/** Who calls: every call carries the token, on routes that refuse it too, since how a refusal looks is worth seeing. */
interface Caller {
  readonly label: string;
  token(): Promise<string | undefined>;
}

let caller: Caller | undefined;

function say(text: string, isFailure = false) {
  const output = document.querySelector('output');
  if (output) output.value = text;
  output?.classList.toggle('failed', isFailure);
}

function callAs(next: Caller | undefined) {
  caller = next;
  say(next ? `Signed in: ${next.label}` : 'Nobody is signed in.');
}

/** Does what a person asked for, and says why it failed. */
const attempt = (what: string, work: () => Promise<unknown>) =>
  void work().catch((error: unknown) => say(`${what} failed: ${(error as Error).message}`, true));

const describe = (name: unknown, pool: string, groups: readonly string[] = []) =>
  [String(name), `pool ${pool}`, ...groups.map((group) => `group ${group}`)].join(', ');

/** One of the page's pools: who is signed in, and the button that changes it. */
function showPool(pool: LoginPool, template: HTMLTemplateElement) {
  const entry = template.content.cloneNode(true) as DocumentFragment;
  const [radio, button, text] = ['input', 'button', 'label span'].map((name) => entry.querySelector(name)) as [
    HTMLInputElement,
    HTMLButtonElement,
    HTMLElement,
  ];
  let own: Caller | undefined;

  function show(user: User | null, reason?: string) {
    const { profile } = user ?? {};
    const wasOwn = caller === own && own !== undefined;
    own = profile && {
      label: describe(profile['cognito:username'], pool.name, profile['cognito:groups'] as string[] | undefined),
      token: () => session.token(),
    };
    text.textContent = profile ? `${pool.name}: ${String(profile['cognito:username'])}` : pool.name;
    button.textContent = profile ? 'Sign out' : 'Sign in';
    button.setAttribute('aria-label', `${button.textContent} (${pool.name})`);
    radio.disabled = !profile;
    radio.checked &&= !radio.disabled;
    if (wasOwn) callAs(own);
    if (reason !== undefined) say(`Signed out of ${pool.name}: ${reason}`, true);
  }

  const session = new PoolSession(pool, show);
  show(null);
  radio.addEventListener('change', () => callAs(own));
  button.addEventListener('click', () => {
    if (own) return attempt(`Signing out of ${pool.name}`, () => session.signOut());
    return attempt(`Signing in to ${pool.name}`, async () => {
      await session.signIn();
      radio.checked = true;
      callAs(own);
    });
  });
  template.parentElement?.querySelector('fieldset')?.append(entry);
}

/** A token from elsewhere: it is tried before it is used. */
async function paste(token: string) {
  const answer = await fetch('/me', { headers: { Authorization: `Bearer ${token}` } });
  const body = (await answer.json()) as Record<string, string> & { groups?: string[] };
  if (!answer.ok) throw new Error(body['detail'] ?? answer.statusText);
  for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=caller]')) radio.checked = false;
  const label = describe(body['username'] ?? body['subject'], String(body['pool']), body.groups);
  callAs({ label, token: () => Promise.resolve(token) });
}

const pools = JSON.parse(document.body.dataset['pools'] ?? '[]') as LoginPool[];
const template = document.querySelector('template');
for (const pool of template ? pools : []) showPool(pool, template as HTMLTemplateElement);
document.querySelector('fieldset')?.toggleAttribute('hidden', pools.length === 0);

const form = document.querySelector('form');
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  attempt('Using the token', () => paste((new FormData(form).get('token') as string).trim()));
});

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
  requestInterceptor: async (request) => {
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    const token = isOurs ? await caller?.token() : undefined;
    if (token !== undefined) request.headers['Authorization'] = `Bearer ${token}`;
    return request;
  },
});
