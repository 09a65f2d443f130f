/** A string attribute that is part of a key. */
interface KeyDocument {
  readonly hashKey: string;
  readonly rangeKey: string;
}

/** The table in `dist/deployment.json`: Terraform makes it and lets the function use it; locally it is made from the same. */
export interface TableDocument extends KeyDocument {
  /** The attribute that says, in seconds since the epoch, when DynamoDB may delete an item. */
  readonly expiryAttribute: string;
  /** Global secondary indexes, each with a copy of the whole item. */
  readonly indexes: readonly (KeyDocument & { readonly name: string })[];
  /** IAM actions that the function needs on the table and its indexes. */
  readonly actions: readonly string[];
}

/** The one table of an API: its indexes by name. */
export interface TableDefinition<Index extends string = string> {
  readonly indexes: readonly Index[];
  readonly document: TableDocument;
}

/**
 * Declares the table: its key is `pk` and `sk`; an index NAME has the key `NAMEPk` and `NAMESk`, and holds the items that
 * have both.
 */
export function defineTable<const Index extends string = never>({
  indexes = [],
}: { readonly indexes?: readonly Index[] } = {}): TableDefinition<Index> {
  return {
    indexes,
    document: {
      hashKey: 'pk',
      rangeKey: 'sk',
      expiryAttribute: 'expiresAt',
      indexes: indexes.map((name) => ({ name, hashKey: `${name}Pk`, rangeKey: `${name}Sk` })),
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:DeleteItem'],
    },
  };
}
