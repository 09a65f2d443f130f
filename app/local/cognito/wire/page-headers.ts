import { createHash } from 'node:crypto';

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
