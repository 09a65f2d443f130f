import { CognitoError } from '../../errors.js';
import { Html, html } from '../../../../platform/http/html.js';
import type { Response } from '../../wire/responses.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorization-request.js';
import { csrfToken } from '../csrf.js';
import { withQuery, type PageRequest } from '../page-request.js';
import { page } from './layout.js';

/** What a page says besides its form. */
export interface Remarks {
  /** What went wrong; the status is 400 then. */
  problem?: string | undefined;
  /** What has happened. */
  notice?: string | undefined;
}

/** A page that asks again, for the same user name. */
export type NamedRemarks = Remarks & { username: string };

type Serve<Argument> = (
  request: PageRequest,
  authorization: AuthorizationRequest,
  argument: Argument,
) => Response | Promise<Response>;

/** Serves a form with a `username`; what Cognito refuses leads to the page that `refused` makes, with its message. */
export const answerForm =
  (
    serve: Serve<string>,
    refused: (...given: [...Parameters<Serve<NamedRemarks>>, error: CognitoError]) => Response | Promise<Response>,
  ) =>
  async (request: PageRequest): Promise<Response> => {
    const authorization = readAuthorizationRequest(request.context, request.query);
    const username = request.form.get('username') ?? '';
    try {
      return await serve(request, authorization, username);
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      return refused(request, authorization, { username, problem: error.message }, error);
    }
  };

interface FormPageOptions extends Remarks {
  title: string;
  /** The path that the form is sent to, with the parameters of the request. */
  action: string;
  fields: Html;
  /** Other pages of the sign-in: path -> text. */
  links?: Readonly<Record<string, string>>;
}

/** A page with a form of the sign-in. */
export function formPage(
  request: PageRequest,
  authorization: AuthorizationRequest,
  { title, action, problem, notice, fields, links = {} }: FormPageOptions,
): Response {
  const { field, cookie } = csrfToken(request);
  const others = Object.entries(links).map(
    ([path, text]) => html`<p><a href="${withQuery(path, request.query)}">${text}</a></p>`,
  );
  return page({
    status: problem === undefined ? 200 : 400,
    title,
    problem,
    notice,
    content: html`<form method="post" action="${withQuery(action, request.query)}">${field}${fields}</form>
      ${others}`,
    returnTo: authorization,
    cookies: [cookie],
  });
}

interface Input {
  name: string;
  label: string;
  /** `current-password` and the like: what browsers fill in. */
  autocomplete: string;
  type?: string;
  value?: string;
  isOptional?: boolean;
}

const REQUIRED = new Html('required');

/** A labelled input that must be filled in unless it is optional; `name` is its id as well. */
export const input = ({ name, label, autocomplete, type = 'text', value = '', isOptional = false }: Input) =>
  html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      ${isOptional ? undefined : REQUIRED}
    />`;

export const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}" />`;

export const codeInput = html`<label for="code">Code</label>
  <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required />`;

/** The code of a form, which people may group by spaces. */
export const codeIn = (form: PageRequest['form']) => (form.get('code') ?? '').replaceAll(/\s/gu, '');
