import { product } from '../api/product.js';
import { startOfCommandLine } from '../platform/contract/product.js';

const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** A line of this command for a person to paste, words quoted for the shell where needed; undefined ones are left out. */
export function commandLine(...words: readonly (string | undefined)[]): string {
  const given = words.filter((word) => word !== undefined);
  return [startOfCommandLine(product), ...given.map(shellWord)].join(' ');
}

/** Quotes a word for a POSIX shell, and fish, where needed. */
export function shellWord(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** How a profile, or its machine clients, are imported from Terraform's outputs. */
export function importLine(name: string, output: 'profile' | 'machines' = 'profile'): string {
  const flag = output === 'machines' ? '--machines' : undefined;
  return `terraform -chdir=infra output -json ${output} | ${commandLine('profile', 'add', name, flag)}`;
}

/** The subcommands that read Terraform's outputs from stdin. */
export type ReleaseSubcommand = 'carry-keys' | 'release' | 'rollback';

/** How Terraform's outputs reach such a subcommand. */
export function releaseLine(subcommand: ReleaseSubcommand): string {
  return `terraform -chdir=infra output -json | ${commandLine(subcommand)}`;
}
