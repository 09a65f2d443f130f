import { escape } from '../../../platform/http/html.js';
import { pageHeaders } from '../wire/page-headers.js';
import type { Message } from './outbox.js';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color-scheme:light dark}' +
  'table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #8884;' +
  'overflow-wrap:anywhere}code{font-size:1.1em}';

export const mailboxHeaders = {
  ...pageHeaders(STYLE, ["'none'"]),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

const COLUMNS = [
  ['Time', ({ at }: Message) => `<time datetime="${escape(at)}">${escape(at)}</time>`],
  ['Pool', ({ pool }: Message) => escape(pool)],
  ['User', ({ username }: Message) => escape(username)],
  ['To', ({ to }: Message) => (to === null ? '<i>no address</i>' : escape(to))],
  [
    'Message',
    ({ kind, subject, text, sentBy }: Message) =>
      [kind, subject, text, sentBy && `sent by the trigger ${sentBy}`]
        .flatMap((line) => (line === undefined ? [] : escape(line)))
        .join('<br>'),
  ],
  ['Code or password', ({ code }: Message) => `<code>${escape(code)}</code>`],
] as const;

/** The page that shows what Cognito would have sent. */
export function mailboxPage(newest: readonly Message[]): string {
  const head = COLUMNS.map(([title]) => `<th scope="col">${title}</th>`).join('');
  const rows = newest.map((message) => `<tr>${COLUMNS.map(([, cell]) => `<td>${cell(message)}</td>`).join('')}</tr>`);
  const content =
    rows.length === 0
      ? '<p>No messages yet.</p>'
      : `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outbox of the local Cognito</title>' +
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>` +
    `<body><h1>Outbox</h1><p>What Cognito would have sent, newest first. Reload to see more.</p>${content}</body></html>\n`
  );
}
