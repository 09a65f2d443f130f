import { expect } from '@jest/globals';
import type { Answer } from './browser.js';

export const titleOf = ({ html }: Answer) => /<h1>(?<title>[^<]*)<\/h1>/u.exec(html)?.groups?.['title'];

/** What a page says went wrong. */
export const problemOf = ({ html }: Answer) => /role="alert">(?<text>[^<]*)</u.exec(html)?.groups?.['text'];

/** The same, or what a page says has happened. */
export const saidIn = ({ html }: Answer) => /role="(?:alert|status)">(?<text>[^<]*)</u.exec(html)?.groups?.['text'];

/** Expects the way back to the client, with a code and the state of `authorizePath`. */
export function expectCode({ status, location }: Answer): void {
  expect([status, location.searchParams.get('state')]).toStrictEqual([303, 'st&te=1']);
  expect(location.searchParams.get('code')).toMatch(/^[\da-f-]{36}$/u);
}
