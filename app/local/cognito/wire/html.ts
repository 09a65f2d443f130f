import { createHash } from 'node:crypto';

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | Html | readonly Html[] | undefined;

/** HTML of a template: what is put into it is escaped, unless it is HTML itself. Attribute values must be quoted. */
export const html = (literals: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(literals.map((literal, index) => `${literal}${render(values[index])}`).join(''));

function render(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escape(value);
  return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escape = (text: string) => text.replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');

/**
 * Headers of a page whose only style is `style`: no script, no frame, nothing from elsewhere, no access for pages of
 * other origins, and no referrer for them. `formTargets` are sources of CSP's form-action.
 */
export const pageHeaders = (style: string, formTargets: readonly string[]) => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; ` +
    `base-uri 'none'; form-action ${formTargets.join(' ')}; frame-ancestors 'none'`,
  'cross-origin-resource-policy': 'same-origin',
  // Not no-referrer: with that, browsers send forms with the origin null.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
});
