import { invalidParameter } from '../errors.js';

const MAX_CSS_CHARS = 3072;

/** The classes of the hosted UI; some of them with `:hover` or `:focus`. */
const CLASSES = new Set(
  (
    'background banner errorMessage idpButton idpDescription inputField label legalText logo passwordCheck-notValid ' +
    'passwordCheck-valid redirect socialButton submitButton textDescription'
  )
    .split(' ')
    .map((name) => `.${name}-customizable`),
);

const RULE = /(?<selectors>[^{}]*)\{(?<body>[^{}]*)\}/gu;

/**
 * Rules for the classes of the hosted UI, at most 3 KB, without at-rules and scripts. Throws InvalidParameterException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/hosted-ui-classic-branding.html
 */
export function checkCss(css: string): void {
  if (css.length > MAX_CSS_CHARS) throw invalidParameter('The CSS must be no larger than 3 KB.');
  const forbidden = /@\w+|<\/?\w+|javascript:|expression\(/iu.exec(css)?.[0];
  if (forbidden !== undefined) throw invalidParameter(`The CSS can not contain ${forbidden}.`);
  const withoutComments = css.replaceAll(/\/\*.*?\*\//gsu, '');
  if (withoutComments.replaceAll(RULE, '').trim() !== '') throw invalidParameter('The CSS is malformed.');
  for (const { groups } of withoutComments.matchAll(RULE))
    for (const selector of (groups?.['selectors'] ?? '').split(',').map((each) => each.trim()))
      if (!CLASSES.has(selector.replace(/:(?:hover|focus)$/u, '')))
        throw invalidParameter(`The CSS can not contain the selector ${selector}.`);
}
