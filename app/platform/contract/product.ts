/** What a product is called. */
export interface Product {
  /** Lower-case letters, digits and hyphens: the realm, the scopes' resource server, the names of AWS resources, the state directory. */
  readonly name: string;
  /** The command that `package.json` names as its bin. */
  readonly command: string;
}
