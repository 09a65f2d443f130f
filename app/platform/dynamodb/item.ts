export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Its key, and the attributes that a resource gives it; those of indexes are `NAMEPk` and `NAMESk`. */
export interface Item extends Key {
  /** 1 for a new item that will be changed; each change adds 1. */
  readonly version?: number;
  /** Seconds since the epoch: from then on `get` and `create` take the item as gone, and DynamoDB may delete it. */
  readonly expiresAt?: number;
  readonly [attribute: string]: unknown;
}

/** A list, the greatest range key first. */
export interface PageQuery<Index extends string> {
  /** The table itself without it: read consistently; an index is milliseconds behind. */
  readonly index?: Index;
  /** The hash key of the list; for a list in shards, all of theirs: each is read, and a page merged from them. */
  readonly hash: string | readonly string[];
  /** Only items whose range key is less. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** The keys of one item in an index. */
export interface IndexKey<Index extends string> {
  readonly index: Index;
  readonly hash: string;
  readonly range: string;
}

export interface ItemPage {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}
