import * as auth from '../auth/auth-problems.js';
import { tenantNotSupported } from '../dynamodb/tenant-role.js';
import { bodyProblems, methodNotAllowed, notFound, originNotAllowed } from '../http/errors.js';
import { Problem } from '../http/problem.js';
import type { Route } from '../http/route.js';
import { timedOut } from '../lambda/handler.js';
import { connectionProblems } from '../node/client-error.js';
import { describe } from './openapi-schemas.js';
import { problemsOf } from './openapi-problems.js';

const notAllowedReasons: readonly auth.NotAllowedReason[] = [
  'rule_not_met',
  'pool_not_allowed',
  'claim_missing:NAME',
  'claim_malformed:NAME',
  'claim_value:NAME',
];

/** Those of the platform that no route lists. */
const platformProblems: readonly Problem[] = [
  ...Object.values(auth).filter((value) => value instanceof Problem),
  ...notAllowedReasons.map((reason) => auth.notAllowed([], reason)),
  notFound,
  methodNotAllowed('GET, HEAD, OPTIONS'),
  ...Object.values(bodyProblems),
  tenantNotSupported,
  timedOut,
  originNotAllowed,
  ...connectionProblems,
];

const unique = (texts: readonly string[]) => [...new Set(texts)];

function section(code: string, problems: readonly Problem[]) {
  const statuses = unique(problems.map(({ status }) => String(status))).join(', ');
  const reasons = unique(problems.flatMap(({ reason }) => reason ?? []));
  const challenged = problems.find(({ challenge }) => challenge !== undefined);
  return [
    `## \`${code}\` (${statuses})`,
    unique(problems.map(({ message }) => `- ${message}`)).join('\n'),
    ...(challenged
      ? [`\`WWW-Authenticate: Bearer realm="…"${challenged.challenge && `, ${challenged.challenge}`}\``]
      : []),
    ...(reasons.length > 0 ? [`\`reason\` in the log: ${reasons.map((reason) => `\`${reason}\``).join(', ')}.`] : []),
  ].join('\n\n');
}

/** The content of `dist/problems.md`: every code that the API responds with, its details, and its reasons in the log. */
export async function problemReference(title: string, routes: readonly Route[]): Promise<string> {
  const described = await Promise.all(routes.map((route) => describe(route)));
  const problems = [...platformProblems, ...described.flatMap(problemsOf)];
  const codes = unique(problems.map(({ code }) => code)).toSorted();
  const sections = codes.map((code) =>
    section(
      code,
      problems.filter((problem) => problem.code === code),
    ),
  );
  return [`# Problems of ${title}`, 'By `code`; `instance` is the request id.', ...sections].join('\n\n').concat('\n');
}
