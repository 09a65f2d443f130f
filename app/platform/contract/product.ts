/** What a product is called. */
export interface Product {
  /** Lower-case letters, digits and hyphens: the realm, the scopes' resource server, the names of AWS resources, the state directory. */
  readonly name: string;
  /** The command that `package.json` names as its bin. */
  readonly command: string;
}

/**
 * How every printed or documented line starts the command, from the project's directory. Never `npx COMMAND`: outside the
 * project npx installs whatever package npm has under that name, without asking when stdin is a pipe, and hands it the
 * secrets on stdin; `npx --no` still runs such a package once it is in npm's cache. A path resolves to nothing else.
 */
export function startOfCommandLine({ command }: Product): string {
  return `node dist/cli/${command}.cjs`;
}
