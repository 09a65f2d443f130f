import { missing, withoutEffect } from './operation-remarks.js';
import { api } from './operations.js';

type Row = readonly [operation: string, state: string, remark: string];

/** The content of `app/local/OPERATIONS.md`, for every operation of Cognito's API by name. */
export function operationTable(names: readonly string[]): string {
  const rows = names.toSorted().map((name): Row => [`\`${name}\``, stateOf(name), remarkOn(name)]);
  const count = (state: string) => rows.filter((row) => row[1] === state).length;
  return [
    '# Operations of the local Cognito',
    `Of the ${rows.length} operations of Cognito's user pools API, ${count('done')} are done, ${count('partly')} are done in part, ` +
      `and ${count('no')} are missing.\nA missing operation is refused with \`UnknownOperationException\`, a missing setting ` +
      'with `InvalidParameterException`: both messages name the emulator.\nA remark on an operation that is done ' +
      'says what it stores without an effect here.',
    table([['operation', 'there', 'what it lacks, or what has no effect'], ...rows]),
  ]
    .join('\n\n')
    .concat('\n');
}

const remarks = new Map(Object.entries({ ...withoutEffect, ...missing }));
const remarkOn = (name: string) => remarks.get(name) ?? '';

function stateOf(name: string): 'done' | 'partly' | 'no' {
  if (!Object.hasOwn(api, name)) return 'no';
  return Object.hasOwn(missing, name) ? 'partly' : 'done';
}

/** With columns of one width, as prettier formats it. */
function table([head, ...rows]: [Row, ...Row[]]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
