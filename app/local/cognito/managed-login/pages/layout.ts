import { Html, html } from '../../../../platform/http/html.js';
import { pageHeaders } from '../../wire/page-headers.js';
import type { Response } from '../../wire/responses.js';
import type { ReturnAddress } from '../login-error.js';

const STYLE =
  ':root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{margin:0;display:grid;min-height:100vh;' +
  'place-items:center}main{width:min(22rem,calc(100vw - 3rem));padding:1.5rem 0}h1{font-size:1.5rem;margin:0 0 1rem}' +
  'form{display:grid;gap:.3rem;margin:0 0 1rem}label,legend{font-weight:600;margin-top:.6rem}fieldset{border:0;padding:0;' +
  'margin:0}input,button{font:inherit;padding:.55rem .7rem;border:1px solid #767676;border-radius:.4rem;box-sizing:border-box}' +
  'input[type=radio]{margin-right:.5rem}button{margin-top:1rem;background:#0b57d0;border-color:#0b57d0;color:#fff;' +
  'font-weight:600;cursor:pointer}:focus-visible{outline:3px solid #f9ab00;outline-offset:2px}.problem,.notice{border-left:4px solid ' +
  '#c5221f;padding:.2rem 0 .2rem .8rem;margin:0 0 1rem}.notice{border-color:#188038}p{margin:.4rem 0;overflow-wrap:anywhere}svg{display:block;width:13rem;' +
  'margin:.5rem auto}.note{font-size:.875rem;opacity:.8}';

const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

interface PageOptions {
  status?: number;
  title: string;
  /** What went wrong, said at the top. */
  problem?: string | undefined;
  /** What has happened. */
  notice?: string | undefined;
  content: Html;
  /** Where a form's response may redirect to: browsers check form-action for every redirect on the way. */
  returnTo?: ReturnAddress;
  cookies?: string[];
}

/** A page of managed login, which works without script. */
export function page({ status = 200, title, problem, notice, content, returnTo, cookies = [] }: PageOptions): Response {
  const targets = returnTo ? ["'self'", cspSource(returnTo.redirectUri)] : ["'none'"];
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width" />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`}
          ${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`} ${content}
          <p class="note">Local Cognito emulator</p>
        </main>
      </body>
    </html> `;
  return { status, headers: { ...pageHeaders(STYLE, targets), 'set-cookie': cookies }, body: document.text };
}

/** The origin of an address, or its scheme where CSP has no form for the host: apps' schemes and IPv6. */
function cspSource(address: string): string {
  const { protocol, origin, hostname } = new URL(address);
  return origin === 'null' || hostname.startsWith('[') ? protocol : origin;
}
