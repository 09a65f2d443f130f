import { api } from './operations.js';

/** What an operation of the emulator lacks that Cognito's has; those that aren't here do all of it. */
const MISSING: Readonly<Partial<Record<keyof typeof api, string>>> = {
  AdminInitiateAuth: '`CUSTOM_AUTH`, devices',
  AdminRespondToAuthChallenge: 'custom challenges, SMS codes, passkeys, devices',
  AdminSetUserMFAPreference: 'SMS codes, passkeys',
  CreateUserPool:
    'Lambda triggers, devices, SMS codes and passkeys as first factor, threat protection, password history, keys and issuers of your own',
  CreateUserPoolClient: 'analytics, identity providers other than `COGNITO`',
  CreateUserPoolDomain: 'custom domains; the pages of managed login',
  InitiateAuth: '`CUSTOM_AUTH`, devices',
  RespondToAuthChallenge: 'custom challenges, SMS codes, passkeys, devices',
  SetUserMFAPreference: 'SMS codes, passkeys',
  SetUserPoolMfaConfig: 'SMS codes, passkeys',
  UpdateUserPool: 'as `CreateUserPool`',
  UpdateUserPoolClient: 'as `CreateUserPoolClient`',
  UpdateUserPoolDomain: 'as `CreateUserPoolDomain`',
};

type Row = readonly [operation: string, state: string, missing: string];

/** The content of `app/local/OPERATIONS.md`, for every operation of Cognito's API by name. */
export function operationTable(names: readonly string[]): string {
  const rows = names.toSorted().map((name): Row => [`\`${name}\``, stateOf(name), missingFrom(name)]);
  const count = (state: string) => rows.filter((row) => row[1] === state).length;
  return [
    '# Operations of the local Cognito',
    `Of the ${rows.length} operations of Cognito's user pools API, ${count('done')} are done, ${count('partly')} are done in part, ` +
      `and ${count('no')} are missing.\nA missing operation is refused with \`UnknownOperationException\`, a missing setting ` +
      'with `InvalidParameterException`: both messages name the emulator.',
    table([['operation', 'there', 'what it lacks'], ...rows]),
  ]
    .join('\n\n')
    .concat('\n');
}

const missingFrom = (name: string) => Object.entries(MISSING).find(([operation]) => operation === name)?.[1] ?? '';

function stateOf(name: string): 'done' | 'partly' | 'no' {
  if (!Object.hasOwn(api, name)) return 'no';
  return missingFrom(name) === '' ? 'done' : 'partly';
}

/** With columns of one width, as prettier formats it. */
function table([head, ...rows]: [Row, ...Row[]]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
